"""EventBridge Pipes from the change stream to the queue: filter, fill in the template, send."""

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
from tests.servers.processes.server import REGION

_PLACEHOLDER = re.compile(r"<\$\.([\w.]+)>")


async def run_pipe(
    definition: Mapping[str, Any], table: str, queue_url: str, region: str = REGION
) -> None:
    """Send a message for every record that matches the filter, forever."""
    sqs = client("sqs", MINISTACK, region=region)
    async for records in batches(table, definition["batchSize"]):
        for record in records:
            if matches(definition["filter"], record):
                body = fill_template(definition["inputTemplate"], record)
                await asyncio.to_thread(sqs.send_message, QueueUrl=queue_url, MessageBody=body)


def fill_template(template: str, event: Mapping[str, Any]) -> str:
    """Replace each `<$.path>` in a template by the event's value as JSON.

    Raises:
        KeyError: The event has no value at a path.
    """

    def value(placeholder: re.Match[str]) -> str:
        found: Any = event
        for name in placeholder[1].split("."):
            found = found[name]
        return json.dumps(found)

    return _PLACEHOLDER.sub(value, template)
