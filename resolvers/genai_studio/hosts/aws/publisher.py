"""Process the table's change stream: publish changes, update search, delete purged images.

A failing record is retried, and blocks the following records of its shard, as often as
the event source mapping allows (`infra/pipeline.json`). A record with an unreadable
document is logged and skipped, because retries would not help: its change is not
published, and its search terms stay unchanged. If it is purged, its images are deleted.
A release that changes the document format must therefore update the readers before the
writers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.stream_records import parse, parse_change, parse_expired_tombstone
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.generation import Generation
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop
from genai_studio.services.relay import Relay

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]
OnFinished = Callable[[Generation], None]


def _ignore(generation: Generation) -> None:
    """Do nothing."""


def publisher_handler(
    relay: Relay,
    postings: Postings,
    loop: asyncio.AbstractEventLoop,
    on_finished: OnFinished = _ignore,
) -> LambdaHandler:
    """Create the Lambda handler. Call it once, at cold start.

    The event source mapping reports batch item failures: Lambda retries from the failed
    record on, without repeating the previous ones.

    Args:
        loop: Event loop for all calls.
        on_finished: Called with each generation that has become final.
    """
    return on_loop(loop, lambda event, _: publish(relay, postings, event, on_finished))


async def publish(
    relay: Relay,
    postings: Postings,
    event: Mapping[str, Any],
    on_finished: OnFinished = _ignore,
) -> dict[str, Any]:
    """Process a batch of stream records in order, up to the first failure.

    Returns:
        Lambda's `batchItemFailures`.
    """
    for record in event["Records"]:
        position = record["dynamodb"]["SequenceNumber"]
        try:
            await _process(relay, postings, record, position, on_finished)
        except Exception as error:
            log_bug("A change could not be published", error)
            return {"batchItemFailures": [{"itemIdentifier": position}]}
    return {"batchItemFailures": []}


async def _process(
    relay: Relay,
    postings: Postings,
    record: Mapping[str, Any],
    position: str,
    on_finished: OnFinished,
) -> None:
    try:
        stored = parse(record, position)
    except UnreadableDocument as error:
        change = parse_change(record, position)
        if change is not None:
            _log.error("Stream record %s of %s: %s", position, change.ref.id, error)
            await relay.process(change)
        return
    expired = parse_expired_tombstone(record, position)
    if expired is not None:
        await relay.process(expired)
    if stored is not None:
        await postings.apply(stored)
        await relay.process(stored.change)
        if stored.finished:
            try:
                on_finished(stored.generation)
            except Exception as error:
                # Metrics must not block the stream.
                log_bug("Metrics of a generation could not be emitted", error)
