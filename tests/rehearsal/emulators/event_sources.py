"""Lambda's event source mappings for the change stream and the queue, with their retries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.rehearsal.emulators.aws_lambda import Fleet
from tests.rehearsal.emulators.event_pattern import matches
from tests.rehearsal.emulators.stream import batches
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.server import REGION

RETRY_SECONDS = 0.2
RECEIVE_SECONDS = 1


async def poll_stream(
    definition: Mapping[str, Any], table: str, function: Fleet, failed: list[dict[str, Any]]
) -> None:
    """Invoke a function with the matching records in order, and retry failed records.

    Args:
        failed: The on-failure destination. Receives records that exceed the retries.
    """
    async for records in batches(table, definition["batchSize"]):
        waiting = [record for record in records if matches(definition["filter"], record)]
        attempts = 0
        while waiting:
            first_failed = await _invoke(function, waiting)
            if first_failed is None:
                break
            attempts = attempts + 1 if first_failed == 0 else 0
            waiting = waiting[first_failed:]
            if attempts > definition["maximumRetryAttempts"]:
                failed.append(waiting[0])
                waiting, attempts = waiting[1:], 0
            await asyncio.sleep(RETRY_SECONDS)


async def _invoke(function: Fleet, records: list[dict[str, Any]]) -> int | None:
    """Invoke a function with records, and return the index of the first failed record."""
    try:
        result = await function.invoke({"Records": records})
    except FunctionFailed:
        return 0
    failures = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
    positions = [record["dynamodb"]["SequenceNumber"] for record in records]
    return min((positions.index(failure) for failure in failures), default=None)


async def poll_queue(
    definition: Mapping[str, Any], queue_url: str, function: Fleet, region: str = REGION
) -> None:
    """Invoke a function with messages from the queue, up to the maximum concurrency, forever."""
    async with asyncio.TaskGroup() as group:
        for _ in range(definition["maximumConcurrency"]):
            group.create_task(_poll(definition["batchSize"], queue_url, function, region))


async def _poll(size: int, queue_url: str, function: Fleet, region: str) -> None:
    sqs = client("sqs", MINISTACK, region=region)
    while True:
        received = await asyncio.to_thread(
            sqs.receive_message,
            QueueUrl=queue_url,
            MaxNumberOfMessages=size,
            WaitTimeSeconds=RECEIVE_SECONDS,
            MessageSystemAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if not messages:
            continue
        try:
            records = [sqs_record(message) for message in messages]
            result = await function.invoke({"Records": records})
        except FunctionFailed:
            continue  # no message is deleted, so SQS redelivers them all
        failures = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] in failures:
                continue
            # A message whose visibility timeout has expired has a new receipt handle.
            with suppress(sqs.exceptions.ReceiptHandleIsInvalid):
                await asyncio.to_thread(
                    sqs.delete_message,
                    QueueUrl=queue_url,
                    ReceiptHandle=message["ReceiptHandle"],
                )


def sqs_record(message: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a received message to a record of Lambda's event."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:generations",
        "awsRegion": "eu-central-1",
    }
