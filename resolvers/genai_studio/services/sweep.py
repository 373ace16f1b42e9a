"""Apply time limits: expired leases, backoffs and deadlines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import NotFound, StudioUnavailable, VersionConflict
from genai_studio.domain.generation import GenerationRef, Status
from genai_studio.failure_log import describe
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

BATCH = 100
"""Maximum number of generations per call of `Sweep.sweep`."""

CONCURRENCY = 8
"""Number of generations that are processed at the same time."""

MAX_SENT = 500
"""Maximum number of generations sent to a worker that are still due. More of them wait."""

RESEND_AFTER = timedelta(minutes=5)
"""A generation that is still due after this time is sent to a worker again."""

SendToWorker = Callable[[GenerationRef], Awaitable[None]]
"""Sends a queue message for a generation."""


class Sweep:
    """Processes unfinished generations whose `due_at` has passed.

    Args:
        send_to_worker: Given if the endpoint is asynchronous. An expired lease
            can then mean a lost notification as well as a lost worker.
            `AsyncStarter` distinguishes the two, so it processes these first.
    """

    def __init__(
        self, records: Records, clock: Clock, send_to_worker: SendToWorker | None = None
    ) -> None:
        self._records = records
        self._clock = clock
        self._send_to_worker = send_to_worker
        self._unreadable: set[GenerationRef] = set()
        self._sent: dict[GenerationRef, datetime] = {}

    async def sweep(self) -> int:
        """Process one batch of due generations.

        Processing changes which generations are due, so the next call gets the
        rest. Generations sent to a worker stay due until the worker processes them.
        The next calls skip them, so that they delay no others.

        Returns:
            The number of generations that were processed or sent to a worker.
        """
        now = self._clock.now()
        refs = await self._records.due(now, BATCH + len(self._sent))
        self._sent = {
            ref: at
            for ref in refs
            if (at := self._sent.get(ref)) is not None and now - at < RESEND_AFTER
        }
        batch = [ref for ref in refs if ref not in self._sent][:BATCH]
        slots = asyncio.Semaphore(CONCURRENCY)

        async def process(ref: GenerationRef) -> bool:
            async with slots:
                return await self._process(ref, now)

        # One failure must not stop the others.
        outcomes = await asyncio.gather(*map(process, batch), return_exceptions=True)
        processed = 0
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
            processed += outcome
        return processed

    async def _process(self, ref: GenerationRef, now: datetime) -> bool:
        """Process one due generation. Returns False if it has to wait for a worker."""
        try:
            if await self._needs_worker(ref, now):
                return await self._send(ref, now)
            await transition(
                self._records, ref, lambda generation: state_machine.sweep(generation, now)
            )
        except (NotFound, VersionConflict):
            # The generation was purged, or another process is changing it.
            pass
        except UnreadableDocument as error:
            if ref not in self._unreadable:
                self._unreadable.add(ref)
                _log.error("%s could not be swept: %s", ref.id, error)
        return True

    async def _needs_worker(self, ref: GenerationRef, now: datetime) -> bool:
        if self._send_to_worker is None:
            return False
        generation = await self._records.get(ref.owner, ref.id)
        if generation is None or generation.status is not Status.RUNNING:
            return False
        return generation.deadline_at is None or generation.deadline_at > now

    async def _send(self, ref: GenerationRef, now: datetime) -> bool:
        if self._send_to_worker is None or len(self._sent) >= MAX_SENT:
            return False
        self._sent[ref] = now
        try:
            await self._send_to_worker(ref)
        except StudioUnavailable as error:
            # The generation stays due, so the next sweep sends it again.
            del self._sent[ref]
            _log.error("%s could not be sent to a worker: %s", ref.id, describe(error))
            return False
        return True
