"""Write the postings of existing records after a release changed the search terms.

The sweeper calls it. It scans the table once per version of the terms, and stores its
progress, so that it continues after a stop. Search finds an earlier record only after
the scan has passed it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.records.generations import from_items
from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.reads import Reads
from genai_studio.aws.records.table import (
    GENERATION,
    Item,
    generation_key,
    is_outdated_term,
    reindex_key,
)
from genai_studio.domain.generation import Generation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAGE = 100
"""Items per call of `Reindex.step`."""


class Reindex:
    """One pass over the records of a table."""

    def __init__(
        self, client: DynamoDBClient, table: str, calls: BlockingCalls, postings: Postings
    ) -> None:
        self._client = client
        self._table = table
        self._calls = calls
        self._postings = postings
        self._reads = Reads(client, table, calls)
        self._finished = False

    async def step(self) -> bool:
        """Index the next `PAGE` items, and return whether the pass is finished.

        Repeating a step is harmless.

        Raises:
            StudioUnavailable: DynamoDB did not accept a call. Call it again later.
        """
        if self._finished:
            return True
        progress = await self._reads.get(reindex_key()) or {}
        if "finished" not in progress:
            start = json.loads(progress["last"]["S"]) if "last" in progress else None
            last = await self._index_page(start)
            await self._save_progress(last)
            self._finished = last is None
        else:
            self._finished = True
        return self._finished

    async def _index_page(self, start: Item | None) -> Item | None:
        more: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
        page = await self._call("scan", Limit=PAGE, ConsistentRead=True, **more)
        items: list[Item] = page["Items"]
        found = from_items(item for item in items if item["sk"]["S"].startswith(GENERATION))
        await self._postings.put(*found)
        await self._postings.delete_of(*await self._purged(found))
        outdated = [item for item in items if is_outdated_term(item)]
        await self._postings.delete({"pk": item["pk"], "sk": item["sk"]} for item in outdated)
        last: Item | None = page.get("LastEvaluatedKey")
        return last

    async def _purged(self, generations: list[Generation]) -> list[Generation]:
        """Return those that were purged after the scan read them.

        The publisher may have deleted their postings before this pass wrote them.
        """
        return [
            one
            for one in generations
            if await self._reads.get(generation_key(one.owner, one.id)) is None
        ]

    async def _save_progress(self, last: Item | None) -> None:
        progress = (
            {"finished": {"BOOL": True}} if last is None else {"last": {"S": json.dumps(last)}}
        )
        await self._call("put_item", Item=reindex_key() | progress)

    async def _call(self, name: str, **arguments: object) -> dict[str, Any]:
        try:
            response: dict[str, Any] = await self._calls.run(
                getattr(self._client, name), TableName=self._table, **arguments
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return response
