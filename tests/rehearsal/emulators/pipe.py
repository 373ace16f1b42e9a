"""EventBridge Pipes from the stream to the queue: filter, template, send."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from tests.rehearsal.emulators.event_pattern import matches
from tests.rehearsal.emulators.stream import batches
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK

_PLACE = re.compile(r"<\$\.([\w.]+)>")


async def run_pipe(definition: Mapping[str, Any], table: str, queue_url: str) -> None:
    """Carry on every record that the filter lets through; without end."""
    sqs = client("sqs", MINISTACK)
    async for records in batches(table, definition["batchSize"]):
        for record in records:
            if matches(definition["filter"], record):
                body = filled(definition["inputTemplate"], record)
                await asyncio.to_thread(sqs.send_message, QueueUrl=queue_url, MessageBody=body)


def filled(template: str, event: Mapping[str, Any]) -> str:
    """A template with the event's values in place of `<$.path>`, as JSON.

    Raises:
        KeyError: The event has nothing there.
    """

    def value(place: re.Match[str]) -> str:
        found: Any = event
        for name in place[1].split("."):
            found = found[name]
        return json.dumps(found)

    return _PLACE.sub(value, template)
