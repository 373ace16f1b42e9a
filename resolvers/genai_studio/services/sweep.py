"""What only the clock brings about: lost workers, ended waits, deadlines."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from genai_studio.domain import state_machine
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import NotFound, StudioUnavailable, VersionConflict
from genai_studio.domain.generation import GenerationRef, Status
from genai_studio.failure_log import describe
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

BATCH = 100
"""Generations looked at in one go."""

CallWorker = Callable[[GenerationRef], Awaitable[None]]
"""Names a generation to a worker, as the queue does."""


class Sweep:
    """Looks at unfinished generations whose time has come.

    Args:
        call_worker: Given where an endpoint answers without anybody waiting: a
            lease that ended may mean a lost notice as well as a lost worker.
            `Start` tells one from the other, so it is called first.
    """

    def __init__(
        self, records: Records, clock: Clock, call_worker: CallWorker | None = None
    ) -> None:
        self._records = records
        self._clock = clock
        self._call_worker = call_worker
        self._unreadable: set[GenerationRef] = set()

    async def sweep(self) -> int:
        """Do what is due now; returns how many generations were looked at and need
        no worker to look at them first.

        One batch a call: each look changes what is due, so the next call sees
        the rest. Those that a worker is called for stay due until it comes.
        """
        now = self._clock.now()
        refs = await self._records.due(now, BATCH)
        called = 0
        for ref in refs:
            try:
                if await self._left_to_worker(ref, now):
                    called += 1
                    continue
                await transition(
                    self._records, ref, lambda generation: state_machine.sweep(generation, now)
                )
            except (NotFound, VersionConflict):
                # Purged meanwhile, or changing so fast that somebody is at it.
                continue
            except UnreadableDocument as error:
                if ref not in self._unreadable:
                    self._unreadable.add(ref)
                    _log.error("%s cannot be swept: %s", ref.id, error)
        return len(refs) - called

    async def _left_to_worker(self, ref: GenerationRef, now: datetime) -> bool:
        if self._call_worker is None:
            return False
        generation = await self._records.get(ref.owner, ref.id)
        if generation is None or generation.status is not Status.RUNNING:
            return False
        if generation.deadline_at is not None and generation.deadline_at <= now:
            return False
        try:
            await self._call_worker(ref)
        except StudioUnavailable as error:
            # It stays due, so the next sweep calls again.
            _log.error("No worker could be called for %s: %s", ref.id, describe(error))
        return True
