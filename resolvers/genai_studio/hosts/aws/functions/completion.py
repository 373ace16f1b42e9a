"""The function that SNS invokes for each response of an asynchronous endpoint."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import completion_parts
from genai_studio.hosts.aws.completion import completion_handler
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.settings import read_settings

_parts = completion_parts(read_settings(os.environ))

handler = instrument(
    completion_handler(_parts.collector, _parts.exchange, asyncio.new_event_loop())
)
