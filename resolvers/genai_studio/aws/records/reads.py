"""Read from the table: single items, queries, and batches of generations."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.records.generations import from_items
from genai_studio.aws.records.table import Item, generation_key
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 100
"""Maximum number of items in one `BatchGetItem` call."""

MAX_ATTEMPTS = 10
MAX_BACKOFF_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of one query.

    Attributes:
        items: Items that passed the filter expression.
        read: Number of items read, including those that the filter dropped.
        last: `LastEvaluatedKey`. None if no items remain.
    """

    items: list[Item]
    read: int
    last: Item | None


class Reads:
    """Reads from one table."""

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls

    async def get(self, key: Item) -> Item | None:
        """Read one item consistently."""
        response = await self._run(self._client.get_item, Key=key, ConsistentRead=True)
        item: Item | None = response.get("Item")
        return item

    async def query(self, limit: int, **arguments: Any) -> QueryResult:
        """Query one partition, reading at most `limit` items."""
        response = await self._run(self._client.query, Limit=limit, **arguments)
        return QueryResult(
            response.get("Items", []), response["ScannedCount"], response.get("LastEvaluatedKey")
        )

    async def generations(self, owner: Owner, ids: Sequence[str]) -> list[Generation]:
        """Read generations consistently, in the order of `ids`. Skips missing ones."""
        found: dict[str, Generation] = {}
        for begin in range(0, len(ids), BATCH):
            keys = [generation_key(owner, one) for one in ids[begin : begin + BATCH]]
            items = await self.batch(keys)
            found |= {generation.id: generation for generation in from_items(items)}
        return [found[one] for one in ids if one in found]

    async def batch(self, keys: Sequence[Item]) -> list[Item]:
        """Read at most `BATCH` items consistently, in any order. Skips missing ones."""
        items: list[Item] = []
        for attempt in range(MAX_ATTEMPTS):
            request = {self._table: {"Keys": keys, "ConsistentRead": True}}
            response = await self._call(self._client.batch_get_item, RequestItems=request)
            items += response["Responses"].get(self._table, [])
            # DynamoDB stops at 16 MB or when it throttles, and returns the remaining keys.
            unprocessed = response.get("UnprocessedKeys", {}).get(self._table)
            if not unprocessed:
                return items
            keys = unprocessed["Keys"]
            max_backoff = min(0.02 * 2**attempt, MAX_BACKOFF_SECONDS)
            await asyncio.sleep(random.uniform(0, max_backoff))  # noqa: S311 - not a secret
        raise StudioUnavailable("DynamoDB keeps throttling the reads of a batch.")

    async def _run(self, call: Callable[..., Any], **arguments: object) -> dict[str, Any]:
        return await self._call(call, TableName=self._table, **arguments)

    async def _call(self, call: Callable[..., Any], **arguments: object) -> dict[str, Any]:
        try:
            response: dict[str, Any] = await self._calls.run(call, **arguments)
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return response
