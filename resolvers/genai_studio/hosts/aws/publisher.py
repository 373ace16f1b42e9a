"""The Lambda function that follows the table's stream: it tells AppSync what changed,
keeps the words of prompts for search, and deletes images of what was purged.

What fails is tried again, and everybody's news waits behind it, as often as the
event source allows (`infra/pipeline.json`). A record that cannot be read is not
tried again: no attempt makes it readable, and clients ask for themselves what
they were not told. It is logged, its words are left as they are, and where it was
purged its images are deleted all the same. A release that changes the document
must therefore teach its readers before its writers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.stream_records import parse, parse_change
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.generation import Generation
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop
from genai_studio.services.relay import Relay

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]
OnFinished = Callable[[Generation], None]


def _uncounted(generation: Generation) -> None:
    """Nobody counts."""


def publisher_handler(
    relay: Relay,
    postings: Postings,
    loop: asyncio.AbstractEventLoop,
    on_finished: OnFinished = _uncounted,
) -> LambdaHandler:
    """The Lambda handler; make it once, when the function starts.

    Its event source reports batch item failures: Lambda then goes on from the
    record that failed, and what was done before it is not done again.

    Args:
        loop: On which all its calls run.
        on_finished: Is told of each generation that came to its end.
    """
    return on_loop(loop, lambda event, _: publish(relay, postings, event, on_finished))


async def publish(
    relay: Relay,
    postings: Postings,
    event: Mapping[str, Any],
    on_finished: OnFinished = _uncounted,
) -> dict[str, Any]:
    """Carry on a batch of stream records, in their order, up to the first that fails.

    Returns:
        Lambda's `batchItemFailures`.
    """
    for record in event["Records"]:
        position = record["dynamodb"]["SequenceNumber"]
        try:
            await _carry_on(relay, postings, record, position, on_finished)
        except Exception as error:
            log_bug("A change could not be published", error)
            return {"batchItemFailures": [{"itemIdentifier": position}]}
    return {"batchItemFailures": []}


async def _carry_on(
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
    if stored is not None:
        await postings.apply(stored)
        await relay.process(stored.change)
        if stored.finished:
            try:
                on_finished(stored.generation)
            except Exception as error:
                # What is only counted holds up nobody's news.
                log_bug("An end could not be counted", error)
