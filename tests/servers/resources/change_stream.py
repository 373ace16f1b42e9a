"""A reader of DynamoDB Streams that resumes from a position.

In an AWS account Lambda delivers the change stream. Tests have no event source,
so they read the stream through this class.

A stream consists of shards. A shard that was split goes on in its children, so
a record's changes are told in order as long as parents are read before them. A
position is the JSON object of the last sequence number read from each shard,
the one that was read longest ago first.
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
"""The most that one call gives."""

EMPTY_READS = 2
"""Calls in a row without a record after which a shard is taken to be read up."""

_ENDED = "ended"

Position = dict[str, str]


class StreamsClient(Protocol):
    """What is used of boto3's client of DynamoDB Streams."""

    def describe_stream(self, **arguments: object) -> dict[str, Any]:
        """The stream's shards."""

    def get_shard_iterator(self, **arguments: object) -> dict[str, Any]:
        """A place in a shard to read from."""

    def get_records(self, **arguments: object) -> dict[str, Any]:
        """Records from a place on, and the next place."""


class ChangeStreamReader:
    """Reads the stream of one table.

    Args:
        stream: Its ARN.
    """

    def __init__(self, client: StreamsClient, stream: str, calls: BlockingCalls) -> None:
        self._client = client
        self._stream = stream
        self._calls = calls

    async def after(self, position: str | None, limit: int) -> Sequence[StoredChange]:
        """At most `limit` changes behind a position, in an order that is right
        for each generation; from the oldest kept where there is no position.

        Raises:
            StudioUnavailable: DynamoDB Streams does not answer.
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
            # Parents that ended in this round make their children readable.
            if not any(seen.get(shard) == _ENDED for shard in shards) and len(found) == before:
                break
        return tuple(found)

    async def _readable(self, seen: Position) -> list[str]:
        """Shards that have not ended and whose parents have, or are gone."""
        shards = [shard async for shard in self._shards()]
        there = {shard["ShardId"] for shard in shards}
        for gone in [shard for shard in seen if shard not in there]:
            del seen[gone]  # a day later nothing of a shard is left
        order = {shard: place for place, shard in enumerate(seen)}
        readable = [
            shard["ShardId"]
            for shard in shards
            if seen.get(shard["ShardId"]) != _ENDED
            and (
                shard.get("ParentShardId") not in there
                or seen.get(shard["ParentShardId"]) == _ENDED
            )
        ]
        return sorted(readable, key=lambda shard: order.get(shard, -1))

    async def _shards(self) -> AsyncIterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            answer = await self._call(self._client.describe_stream, StreamArn=self._stream, **more)
            described = answer["StreamDescription"]
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
            answer = await self._call(
                self._client.get_records, ShardIterator=iterator, Limit=MAX_RECORDS
            )
            iterator = answer.get("NextShardIterator")
            empty = 0 if answer["Records"] else empty + 1
            if not _take(answer["Records"], shard, seen, found, limit):
                return

    async def _iterator(self, shard: str, after: str | None) -> str | None:
        place: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        try:
            answer = await self._calls.run(
                self._client.get_shard_iterator, StreamArn=self._stream, ShardId=shard, **place
            )
        except ClientError as error:
            if after is not None and error_code(error) == "TrimmedDataAccessException":
                return await self._iterator(shard, None)
            raise self._calls.unavailable(error) from None
        iterator: str | None = answer.get("ShardIterator")
        return iterator

    async def _call(
        self, call: Callable[..., dict[str, Any]], **arguments: object
    ) -> dict[str, Any]:
        try:
            return await self._calls.run(call, **arguments)
        except ClientError as error:
            raise self._calls.unavailable(error) from None


def _take(
    records: Iterable[Any],
    shard: str,
    seen: Position,
    found: list[StoredChange],
    limit: int,
) -> bool:
    """Add what the records tell and note how far they were read; whether there was room."""
    for record in records:
        if len(found) == limit:
            return False
        seen.pop(shard, None)  # to its end: the shard read longest ago comes first
        seen[shard] = record["dynamodb"]["SequenceNumber"]
        try:
            stored = parse(record, json.dumps(seen, separators=(",", ":")))
        except UnreadableDocument as error:
            _log.error("Stream record %s: %s", seen[shard], error)
            continue
        if stored is not None:
            found.append(stored)
    return True
