"""Conditional writes and transactions, with retries of conflicts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, error_code
from genai_studio.aws.records.table import Item
from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ATTEMPTS = 40
"""Maximum number of attempts at a write that conflicts with other writes."""
INITIAL_BACKOFF_SECONDS = 0.02
MAX_BACKOFF_SECONDS = 0.5

_CONDITION_FAILED = "ConditionalCheckFailed"
_CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError"})


class ConditionFailed(Exception):
    """At least one condition failed, and nothing was written.

    Attributes:
        stored: One entry per part: None if its condition held, otherwise the stored
            item, or `{}` if there is none.
    """

    def __init__(self, stored: Sequence[Item | None]) -> None:
        super().__init__("A condition of the write failed.")
        self.stored = tuple(stored)


class Writes:
    """Writes to one table.

    DynamoDB rejects one of two concurrent transactions on the same item. Such
    conflicts are retried with exponential backoff and jitter. Submits of one user write
    that user's quota counter, and submits of all users a few counters of the studio, so
    one process runs its transactions one at a time: conflicts would cost more time than
    waiting.
    """

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls
        self._transactions = BlockingCalls("DynamoDB", 1)

    async def put(self, part: dict[str, Any]) -> None:
        """Put one item conditionally.

        Args:
            part: Arguments, in the form of a transaction's `Put`.

        Raises:
            ConditionFailed: The condition failed.
        """
        try:
            await self._retry(self._calls, self._client.put_item, **self._with_table(part))
        except ClientError as error:
            stored = _stored_item(error)
            # botocore retries if a response is lost. The condition then fails
            # because of this very write, which its `write` token reveals.
            if stored.get("write") != part["Item"]["write"]:
                raise ConditionFailed([stored]) from None

    async def delete(self, part: dict[str, Any]) -> None:
        """Delete one item conditionally.

        Args:
            part: Arguments, in the form of a transaction's `Delete`.

        Raises:
            ConditionFailed: The condition failed.
        """
        try:
            await self._retry(self._calls, self._client.delete_item, **self._with_table(part))
        except ClientError as error:
            raise ConditionFailed([_stored_item(error)]) from None

    async def transact(
        self,
        parts: Sequence[dict[str, dict[str, Any]]],
        *,
        find_blocking_item: Callable[[], Awaitable[Item | None]] | None = None,
    ) -> None:
        """Write all parts or none.

        A retry by botocore sends the same client request token, so DynamoDB applies
        the transaction once.

        Args:
            find_blocking_item: Called after each conflict. Returns an item that makes
                the condition of the first part fail permanently, or None. Reads do
                not conflict, so this ends hopeless retries early.

        Raises:
            ConditionFailed: At least one condition failed.
        """
        items = [{kind: self._with_table(part) for kind, part in entry.items()} for entry in parts]
        try:
            await self._retry(
                self._transactions,
                self._client.transact_write_items,
                find_blocking_item,
                TransactItems=items,
            )
        except ClientError as error:
            raise ConditionFailed(_stored_items(error)) from None

    async def _retry(
        self,
        calls: BlockingCalls,
        call: Callable[..., object],
        find_blocking_item: Callable[[], Awaitable[Item | None]] | None = None,
        **arguments: object,
    ) -> None:
        max_backoff = INITIAL_BACKOFF_SECONDS
        for _ in range(MAX_ATTEMPTS):
            try:
                await calls.run(call, **arguments)
            except ClientError as error:
                if _is_condition_failure(error):
                    raise
                if not _is_conflict(error):
                    raise calls.unavailable(error) from None
            else:
                return
            await asyncio.sleep(random.uniform(0, max_backoff))  # noqa: S311 - not a secret
            max_backoff = min(max_backoff * 2, MAX_BACKOFF_SECONDS)
            if find_blocking_item is not None:
                blocking_item = await find_blocking_item()
                if blocking_item is not None:
                    raise ConditionFailed([blocking_item])
        raise StudioUnavailable("Too many concurrent writes to one record.")

    def _with_table(self, part: dict[str, Any]) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **part,
        }


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: dict[str, Any] = dict(error.response)
    return list(response.get("CancellationReasons", ()))


def _is_condition_failure(error: ClientError) -> bool:
    return error_code(error) == "ConditionalCheckFailedException" or any(
        reason.get("Code") == _CONDITION_FAILED for reason in _reasons(error)
    )


def _is_conflict(error: ClientError) -> bool:
    return error_code(error) == "TransactionConflictException" or any(
        reason.get("Code") in _CONFLICTS for reason in _reasons(error)
    )


def _stored_item(error: ClientError) -> Item:
    response: dict[str, Any] = dict(error.response)
    stored: Item = response.get("Item", {})
    return stored


def _stored_items(error: ClientError) -> list[Item | None]:
    return [
        reason.get("Item", {}) if reason.get("Code") == _CONDITION_FAILED else None
        for reason in _reasons(error)
    ]
