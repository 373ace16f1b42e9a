"""Consistent reads of one table: single items, pages of keys, many items at once."""

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
"""The most items that DynamoDB gives for one list of keys."""

MAX_ATTEMPTS = 10
LONGEST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Queried:
    """What one query read.

    Attributes:
        items: Those that its filter let through.
        read: How many it went through.
        last: The key it stopped behind; None when it came to the end.
    """

    items: list[Item]
    read: int
    last: Item | None


class Reads:
    """Reads of one table."""

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls

    async def get(self, key: Item) -> Item | None:
        """One item as it is now."""
        answer = await self._run(self._client.get_item, Key=key, ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found

    async def query(self, limit: int, **arguments: Any) -> Queried:
        """Go through at most `limit` items of one partition."""
        answer = await self._run(self._client.query, Limit=limit, **arguments)
        return Queried(
            answer.get("Items", []), answer["ScannedCount"], answer.get("LastEvaluatedKey")
        )

    async def generations(self, owner: Owner, ids: Sequence[str]) -> list[Generation]:
        """Those of the ids that are there, as they are now, in the order of the ids."""
        found: dict[str, Generation] = {}
        for begin in range(0, len(ids), BATCH):
            keys = [generation_key(owner, one) for one in ids[begin : begin + BATCH]]
            items = await self._get_batch(keys)
            found |= {generation.id: generation for generation in from_items(items)}
        return [found[one] for one in ids if one in found]

    async def _get_batch(self, keys: list[Item]) -> list[Item]:
        found: list[Item] = []
        for attempt in range(MAX_ATTEMPTS):
            request = {self._table: {"Keys": keys, "ConsistentRead": True}}
            answer = await self._call(self._client.batch_get_item, RequestItems=request)
            found += answer["Responses"].get(self._table, [])
            # It stops at 16 MB, or where it is throttled, and names the rest.
            rest = answer.get("UnprocessedKeys", {}).get(self._table)
            if not rest:
                return found
            keys = rest["Keys"]
            longest = min(0.02 * 2**attempt, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - not a secret
        raise StudioUnavailable("The records are read by too many at once.")

    async def _run(self, call: Callable[..., Any], **arguments: object) -> dict[str, Any]:
        return await self._call(call, TableName=self._table, **arguments)

    async def _call(self, call: Callable[..., Any], **arguments: object) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await self._calls.run(call, **arguments)
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return answer
