"""The function that a schedule invokes every minute."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import sweeper_parts
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.hosts.aws.sweeper import Sweeper, sweeper_handler
from genai_studio.settings import read_settings

_parts = sweeper_parts(read_settings(os.environ))
_sweeper = Sweeper(_parts.sweep, _parts.dead_lettered, _parts.dead_letters, _parts.reindex)

handler = instrument(sweeper_handler(_sweeper, asyncio.new_event_loop()))
