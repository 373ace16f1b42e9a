"""A reader of DynamoDB Streams, used for Lambda's event source and for EventBridge Pipes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL

POLL_SECONDS = 0.2


async def batches(table: str, size: int) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield batches of at most `size` records, starting with the oldest, forever."""
    streams = client("dynamodbstreams", DYNAMODB_LOCAL)
    described = client("dynamodb", DYNAMODB_LOCAL).describe_table(TableName=table)
    arn = described["Table"]["LatestStreamArn"]
    shard = await asyncio.to_thread(_only_shard, streams, arn)
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator is not None:
        response = await asyncio.to_thread(streams.get_records, ShardIterator=iterator, Limit=size)
        iterator = response.get("NextShardIterator")
        if response["Records"]:
            yield [_as_event(record, arn) for record in response["Records"]]
        else:
            await asyncio.sleep(POLL_SECONDS)


def _only_shard(streams: Any, arn: str) -> str:
    """Return the only shard. DynamoDB Local splits none; `tests/aws` covers split shards."""
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return str(shard["ShardId"])


def _as_event(record: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """Convert a record to an event record: timestamps in seconds, and the stream's ARN."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.timestamp()
        raise TypeError(type(value).__name__)

    content = json.loads(json.dumps(record, default=plain))
    return {**content, "eventSource": "aws:dynamodb", "eventSourceARN": arn}
