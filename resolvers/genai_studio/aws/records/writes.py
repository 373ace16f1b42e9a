"""Conditional writes and transactions, and what their refusals mean."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, code_of
from genai_studio.aws.records.table import Item
from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_CONFLICTS = 40
"""Attempts at a write that others get in the way of."""
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.5

_REFUSED = "ConditionalCheckFailed"
_CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError"})


class ConditionFailed(Exception):
    """Conditions did not hold, and nothing was written.

    Attributes:
        stored: For each part that is known about, the item that its condition
            was tested against, `{}` where there was none; None where it held.
    """

    def __init__(self, stored: Sequence[Item | None]) -> None:
        super().__init__("A condition did not hold.")
        self.stored = tuple(stored)


class Writes:
    """Writes to one table.

    Two transactions that touch one item at the same moment do not wait for
    each other: DynamoDB refuses one of them, and it is tried again here, after
    a random pause that grows. All submits touch the studio's counter, so the
    transactions of one process go one after the other, which is faster for all.
    """

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls
        self._transactions = BlockingCalls("DynamoDB", 1)

    async def put(self, part: dict[str, Any]) -> None:
        """Put one item on its condition; `part` as `Put` of a transaction has it.

        Raises:
            ConditionFailed: The condition did not hold.
        """
        try:
            await self._retried(self._calls, self._client.put_item, **self._with_table(part))
        except ClientError as error:
            stored = _stored_of_one(error)
            # botocore tries again when an answer is lost: then it is our own
            # write that stands in the way of its repetition.
            if stored.get("write") != part["Item"]["write"]:
                raise ConditionFailed([stored]) from None

    async def delete(self, part: dict[str, Any]) -> None:
        """Delete one item on its condition; `part` as `Delete` of a transaction has it.

        Raises:
            ConditionFailed: The condition did not hold.
        """
        try:
            await self._retried(self._calls, self._client.delete_item, **self._with_table(part))
        except ClientError as error:
            raise ConditionFailed([_stored_of_one(error)]) from None

    async def transact(
        self,
        parts: Sequence[dict[str, dict[str, Any]]],
        *,
        unless: Callable[[], Awaitable[Item | None]] | None = None,
    ) -> None:
        """Write all parts or none.

        A repetition by botocore carries the same token and does no more harm.

        Args:
            unless: Asked between a conflict and the next attempt, since reading
                conflicts with nobody: an item that stands in the way of the
                first part for good, or None.

        Raises:
            ConditionFailed: At least one condition did not hold.
        """
        items = [{kind: self._with_table(part) for kind, part in entry.items()} for entry in parts]
        try:
            await self._retried(
                self._transactions, self._client.transact_write_items, unless, TransactItems=items
            )
        except ClientError as error:
            raise ConditionFailed(_stored_of_all(error)) from None

    async def _retried(
        self,
        calls: BlockingCalls,
        call: Callable[..., object],
        unless: Callable[[], Awaitable[Item | None]] | None = None,
        **arguments: object,
    ) -> None:
        pause = FIRST_PAUSE_SECONDS
        for _ in range(MAX_CONFLICTS):
            try:
                await calls.run(call, **arguments)
            except ClientError as error:
                if _is_refusal(error):
                    raise
                if not _is_conflict(error):
                    raise calls.unavailable(error) from None
            else:
                return
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - not a secret
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            if unless is not None and (stored := await unless()) is not None:
                raise ConditionFailed([stored])
        raise StudioUnavailable("The records are written to by too many at once.")

    def _with_table(self, part: dict[str, Any]) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **part,
        }


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: dict[str, Any] = dict(error.response)
    return list(response.get("CancellationReasons", ()))


def _is_refusal(error: ClientError) -> bool:
    return code_of(error) == "ConditionalCheckFailedException" or any(
        reason.get("Code") == _REFUSED for reason in _reasons(error)
    )


def _is_conflict(error: ClientError) -> bool:
    return code_of(error) == "TransactionConflictException" or any(
        reason.get("Code") in _CONFLICTS for reason in _reasons(error)
    )


def _stored_of_one(error: ClientError) -> Item:
    response: dict[str, Any] = dict(error.response)
    stored: Item = response.get("Item", {})
    return stored


def _stored_of_all(error: ClientError) -> list[Item | None]:
    return [
        reason.get("Item", {}) if reason.get("Code") == _REFUSED else None
        for reason in _reasons(error)
    ]
