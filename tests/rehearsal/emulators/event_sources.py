"""Lambda's event sources: who calls the functions, and what becomes of an event that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.rehearsal.emulators.aws_lambda import Fleet
from tests.rehearsal.emulators.stream import batches
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK

RETRY_SECONDS = 0.2
RECEIVE_SECONDS = 1


async def follow_stream(
    definition: Mapping[str, Any], table: str, function: Fleet, lost: list[dict[str, Any]]
) -> None:
    """Hand the stream's records to a function in their order, and again what failed.

    Args:
        lost: Takes what failed more often than is tried, as the event source's
            destination on failure does.
    """
    async for records in batches(table, definition["batchSize"]):
        waiting, attempts = records, 0
        while waiting:
            begin = await _first_that_failed(function, waiting)
            if begin is None:
                break
            attempts = attempts + 1 if begin == 0 else 0
            waiting = waiting[begin:]
            if attempts > definition["maximumRetryAttempts"]:
                lost.append(waiting[0])
                waiting, attempts = waiting[1:], 0
            await asyncio.sleep(RETRY_SECONDS)


async def _first_that_failed(function: Fleet, records: list[dict[str, Any]]) -> int | None:
    try:
        answer = await function.invoke({"Records": records})
    except FunctionFailed:
        return 0
    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    places = [record["dynamodb"]["SequenceNumber"] for record in records]
    return min((places.index(one) for one in failed), default=None)


async def work_off_queue(definition: Mapping[str, Any], queue_url: str, function: Fleet) -> None:
    """Hand messages to a function, as many at once as are allowed; without end."""
    async with asyncio.TaskGroup() as group:
        for _ in range(definition["maximumConcurrency"]):
            group.create_task(_work_off(definition["batchSize"], queue_url, function))


async def _work_off(size: int, queue_url: str, function: Fleet) -> None:
    sqs = client("sqs", MINISTACK)
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
            answer = await function.invoke({"Records": [sqs_record(one) for one in messages]})
        except FunctionFailed:
            continue  # nothing is deleted: it all comes again
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] in failed:
                continue
            # Whose visibility has ended was delivered again, by another receipt.
            with suppress(sqs.exceptions.ReceiptHandleIsInvalid):
                await asyncio.to_thread(
                    sqs.delete_message,
                    QueueUrl=queue_url,
                    ReceiptHandle=message["ReceiptHandle"],
                )


def sqs_record(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message that was received, as a function is handed it."""
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
