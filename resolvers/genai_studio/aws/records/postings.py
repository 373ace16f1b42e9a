"""Which prompts hold which words: the items behind search, kept by the publisher.

They follow the change feed instead of lying in the transaction of a submit: a
prompt has up to 64 words, and nobody searches for what they typed a second ago.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.records.stream_records import StoredChange
from genai_studio.aws.records.table import term_key
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.search.terms import index_terms

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 25
"""The most items that DynamoDB writes in one call."""

MAX_ATTEMPTS = 10
LONGEST_PAUSE_SECONDS = 1.0


class Postings:
    """Writes and deletes the words of prompts as their records come and go.

    Following a change twice does no harm, as long as a record's changes come in order.
    """

    def __init__(self, client: DynamoDBClient, table: str, calls: BlockingCalls) -> None:
        self._client = client
        self._table = table
        self._calls = calls

    async def follow(self, stored: StoredChange) -> None:
        """Take in one change; a prompt never changes between its first and its last.

        Raises:
            StudioUnavailable: DynamoDB does not take them: follow it again later.
        """
        generation = stored.generation
        keys = [
            term_key(generation.owner, term, generation.id)
            for term in index_terms(generation.request.prompt)
        ]
        if stored.change.purged:
            await self._write([{"DeleteRequest": {"Key": key}} for key in keys])
        elif stored.created:
            await self._write([{"PutRequest": {"Item": key}} for key in keys])

    async def _write(self, requests: list[dict[str, Any]]) -> None:
        for begin in range(0, len(requests), BATCH):
            await self._write_batch(requests[begin : begin + BATCH])

    async def _write_batch(self, requests: list[Any]) -> None:
        for attempt in range(MAX_ATTEMPTS):
            try:
                answer = await self._calls.run(
                    self._client.batch_write_item, RequestItems={self._table: requests}
                )
            except ClientError as error:
                raise self._calls.unavailable(error) from None
            requests = list(answer.get("UnprocessedItems", {}).get(self._table, ()))
            if not requests:
                return
            longest = min(0.05 * 2**attempt, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - not a secret
        raise StudioUnavailable("The words of a prompt could not be stored.")
