"""The function that processes the table's change stream."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import publisher_parts
from genai_studio.hosts.aws.generation_metrics import count_finished
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.hosts.aws.publisher import publisher_handler
from genai_studio.settings import read_settings

_parts = publisher_parts(read_settings(os.environ))

handler = instrument(
    publisher_handler(_parts.relay, _parts.postings, asyncio.new_event_loop(), count_finished)
)
