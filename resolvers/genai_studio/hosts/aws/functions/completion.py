"""The function that is told when an asynchronous endpoint has answered."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import completion_parts
from genai_studio.hosts.aws.completion import completion_handler
from genai_studio.hosts.aws.observed import observed
from genai_studio.settings import read_settings

_parts = completion_parts(read_settings(os.environ))

handler = observed(completion_handler(_parts.collector, _parts.exchange, asyncio.new_event_loop()))
