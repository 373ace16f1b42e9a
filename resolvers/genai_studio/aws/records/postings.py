"""Maintain the search postings: one item per term of each prompt, and per board of a generation.

The publisher writes postings from the change stream. They are not part of the submit
transaction: a prompt has up to 1,024 terms, and search may lag by a second.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.records.stream_records import StoredChange
from genai_studio.aws.records.table import Item, term_key
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.domain.search.terms import board_term, index_terms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 25
"""Maximum number of items in one `BatchWriteItem` call."""

MAX_ATTEMPTS = 10
MAX_BACKOFF_SECONDS = 1.0


class Postings:
    """Writer of the postings of one table.

    Applying a change twice is harmless if the changes of a record arrive in order.
    """

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls

    async def apply(self, stored: StoredChange) -> None:
        """Write the postings of a new generation, or delete those of a purged one.

        Other changes affect only the boards that it is on, because a prompt never changes.

        Raises:
            StudioUnavailable: DynamoDB did not accept the items. Apply the change again.
        """
        if stored.change.purged:
            await self.delete_of(stored.generation)
        elif stored.created:
            await self.put(stored.generation)
        else:
            await self._change_boards(stored)

    async def put(self, *generations: Generation) -> None:
        """Write the postings of generations."""
        keys = (key for generation in generations for key in _keys(generation))
        await self._write([{"PutRequest": {"Item": key}} for key in keys])

    async def delete_of(self, *generations: Generation) -> None:
        """Delete the postings of generations."""
        await self.delete(key for generation in generations for key in _keys(generation))

    async def delete(self, keys: Iterable[Item]) -> None:
        """Delete items of the table by their keys."""
        await self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    async def _change_boards(self, stored: StoredChange) -> None:
        before, after = stored.boards_before, set(stored.generation.boards)
        await self.delete(_board_keys(stored.generation, before - after))
        added = _board_keys(stored.generation, after - before)
        await self._write([{"PutRequest": {"Item": key}} for key in added])

    async def _write(self, requests: list[dict[str, Any]]) -> None:
        for begin in range(0, len(requests), BATCH):
            await self._write_batch(requests[begin : begin + BATCH])

    async def _write_batch(self, requests: list[Any]) -> None:
        for attempt in range(MAX_ATTEMPTS):
            try:
                response = await self._calls.run(
                    self._client.batch_write_item, RequestItems={self._table: requests}
                )
            except ClientError as error:
                raise self._calls.unavailable(error) from None
            requests = list(response.get("UnprocessedItems", {}).get(self._table, ()))
            if not requests:
                return
            max_backoff = min(0.05 * 2**attempt, MAX_BACKOFF_SECONDS)
            await asyncio.sleep(random.uniform(0, max_backoff))  # noqa: S311 - not a secret
        raise StudioUnavailable("DynamoDB keeps throttling the writes of search terms.")


def _keys(generation: Generation) -> list[Item]:
    terms = index_terms(generation.request.prompt)
    return [
        *(term_key(generation.owner, term, generation.id) for term in terms),
        *_board_keys(generation, generation.boards),
    ]


def _board_keys(generation: Generation, boards: Iterable[str]) -> list[Item]:
    return [term_key(generation.owner, board_term(board), generation.id) for board in boards]
