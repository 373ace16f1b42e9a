"""A reader of DynamoDB Streams that resumes from a position.

In an AWS account Lambda delivers the change stream. Tests have no event source
mapping, so they read the stream through this class.

A stream consists of shards. A split shard continues in its children, so changes of a
record are in order if parents are read before their children. A position is a JSON
object with the last sequence number read from each shard, least recently read first.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, error_code
from genai_studio.aws.records.stream_records import StoredChange, parse
from genai_studio.domain.document import UnreadableDocument

_log = logging.getLogger(__name__)

MAX_RECORDS = 1000
"""Maximum number of records per GetRecords call."""

EMPTY_READS = 2
"""Number of consecutive empty calls after which a shard counts as read completely."""

_ENDED = "ended"

Position = dict[str, str]


class StreamsClient(Protocol):
    """The methods of boto3's DynamoDB Streams client that the reader uses."""

    def describe_stream(self, **arguments: object) -> dict[str, Any]:
        """Return the shards of a stream."""

    def get_shard_iterator(self, **arguments: object) -> dict[str, Any]:
        """Return an iterator at a position in a shard."""

    def get_records(self, **arguments: object) -> dict[str, Any]:
        """Return records at an iterator, and the next iterator."""


class ChangeStreamReader:
    """Reads the change stream of one table.

    Args:
        stream: ARN of the stream.
    """

    def __init__(self, client: StreamsClient, stream: str, calls: BlockingCalls) -> None:
        self._client = client
        self._stream = stream
        self._calls = calls

    async def after(self, position: str | None, limit: int) -> Sequence[StoredChange]:
        """Return at most `limit` changes after a position, in order for each generation.

        Args:
            position: Position of the last change read. None: start with the oldest change.

        Raises:
            StudioUnavailable: DynamoDB Streams does not respond.
        """
        seen: Position = {} if position is None else json.loads(position)
        found: list[StoredChange] = []
        while len(found) < limit:
            shards = await self._readable(seen)
            if not shards:
                break
            before = len(found)
            for shard in shards:
                await self._read(shard, seen, found, limit)
            # If a parent ended in this round, its children are now readable.
            if not any(seen.get(shard) == _ENDED for shard in shards) and len(found) == before:
                break
        return tuple(found)

    async def _readable(self, seen: Position) -> list[str]:
        """Return the open shards whose parents have ended or no longer exist."""
        shards = [shard async for shard in self._shards()]
        existing = {shard["ShardId"] for shard in shards}
        for expired in [shard for shard in seen if shard not in existing]:
            del seen[expired]  # DynamoDB deletes a shard after a day
        order = {shard: index for index, shard in enumerate(seen)}
        readable = [
            shard["ShardId"]
            for shard in shards
            if seen.get(shard["ShardId"]) != _ENDED
            and (
                shard.get("ParentShardId") not in existing
                or seen.get(shard["ParentShardId"]) == _ENDED
            )
        ]
        return sorted(readable, key=lambda shard: order.get(shard, -1))

    async def _shards(self) -> AsyncIterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            response = await self._call(
                self._client.describe_stream, StreamArn=self._stream, **more
            )
            described = response["StreamDescription"]
            for shard in described["Shards"]:
                yield shard
            if "LastEvaluatedShardId" not in described:
                return
            more = {"ExclusiveStartShardId": described["LastEvaluatedShardId"]}

    async def _read(
        self, shard: str, seen: Position, found: list[StoredChange], limit: int
    ) -> None:
        iterator: str | None = await self._iterator(shard, seen.get(shard))
        empty = 0
        while len(found) < limit and empty < EMPTY_READS:
            if iterator is None:
                seen[shard] = _ENDED
                return
            response = await self._call(
                self._client.get_records, ShardIterator=iterator, Limit=MAX_RECORDS
            )
            iterator = response.get("NextShardIterator")
            empty = 0 if response["Records"] else empty + 1
            if not _append(response["Records"], shard, seen, found, limit):
                return

    async def _iterator(self, shard: str, after: str | None) -> str | None:
        start: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        try:
            response = await self._calls.run(
                self._client.get_shard_iterator, StreamArn=self._stream, ShardId=shard, **start
            )
        except ClientError as error:
            if after is not None and error_code(error) == "TrimmedDataAccessException":
                return await self._iterator(shard, None)
            raise self._calls.unavailable(error) from None
        iterator: str | None = response.get("ShardIterator")
        return iterator

    async def _call(
        self, call: Callable[..., dict[str, Any]], **arguments: object
    ) -> dict[str, Any]:
        try:
            return await self._calls.run(call, **arguments)
        except ClientError as error:
            raise self._calls.unavailable(error) from None


def _append(
    records: Iterable[Any],
    shard: str,
    seen: Position,
    found: list[StoredChange],
    limit: int,
) -> bool:
    """Append the changes and update the position. Return False if the limit was reached."""
    for record in records:
        if len(found) == limit:
            return False
        seen.pop(shard, None)  # reinsert at the end: least recently read shards come first
        seen[shard] = record["dynamodb"]["SequenceNumber"]
        try:
            stored = parse(record, json.dumps(seen, separators=(",", ":")))
        except UnreadableDocument as error:
            _log.error("Stream record %s: %s", seen[shard], error)
            continue
        if stored is not None:
            found.append(stored)
    return True
