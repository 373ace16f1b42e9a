"""The function that processes the job queue."""

from __future__ import annotations

import asyncio
import os

from genai_studio.bootstrap.aws import worker_parts
from genai_studio.hosts.aws.instrumentation import instrument
from genai_studio.hosts.aws.worker import Worker, worker_handler
from genai_studio.settings import read_settings

_parts = worker_parts(read_settings(os.environ))
_worker = Worker(
    _parts.runner,
    _parts.queue,
    _parts.clock,
    _parts.max_attempt_duration,
    _parts.flush_progress,
)

handler = instrument(worker_handler(_worker, asyncio.new_event_loop()))
