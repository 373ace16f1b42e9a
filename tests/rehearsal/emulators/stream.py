"""A reader of a table's stream, as Lambda's event source and EventBridge Pipes are each one."""

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
    """Records from the oldest on, in order, at most `size` at a time; without end."""
    streams = client("dynamodbstreams", DYNAMODB_LOCAL)
    described = client("dynamodb", DYNAMODB_LOCAL).describe_table(TableName=table)
    arn = described["Table"]["LatestStreamArn"]
    shard = await asyncio.to_thread(_only_shard, streams, arn)
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    while iterator is not None:
        answer = await asyncio.to_thread(streams.get_records, ShardIterator=iterator, Limit=size)
        iterator = answer.get("NextShardIterator")
        if answer["Records"]:
            yield [_as_event(record, arn) for record in answer["Records"]]
        else:
            await asyncio.sleep(POLL_SECONDS)


def _only_shard(streams: Any, arn: str) -> str:
    """DynamoDB Local keeps one shard for hours; shards that split, `tests/aws` scripts."""
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    return str(shard["ShardId"])


def _as_event(record: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """As events name it: times are seconds, and the stream is named."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.timestamp()
        raise TypeError(type(value).__name__)

    content = json.loads(json.dumps(record, default=plain))
    return {**content, "eventSource": "aws:dynamodb", "eventSourceARN": arn}
