"""The local worker's queue."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from genai_studio.domain.generation import GenerationRef
from genai_studio.local.queue import fair_order
from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import Clock


class LocalQueue:
    """Finds the next generation to claim, and waits until there is one.

    The queue does not claim. A worker claims with `Records.save`, which fails
    for all but one of the workers that got the same generation.

    Args:
        running_per_user: Maximum number of RUNNING generations per user.
    """

    def __init__(self, records: LocalRecords, clock: Clock, *, running_per_user: int) -> None:
        self._records = records
        self._clock = clock
        self._running_per_user = running_per_user
        self._excluded: set[GenerationRef] = set()

    async def next(self, now: datetime) -> GenerationRef | None:
        """Return the generation to claim at `now`, or None."""
        return await self._records.database.read(
            lambda connection: fair_order.next_in_turn(
                connection, now, self._running_per_user, self._excluded
            )
        )

    def exclude(self, ref: GenerationRef) -> None:
        """Skip a generation that cannot be processed until this process ends."""
        self._excluded = self._excluded | {ref}

    async def take(self) -> GenerationRef:
        """Return the generation to claim; wait for a change or the end of a retry delay."""
        while True:
            change_count = self._records.changed.count
            ref = await self.next(self._clock.now())
            if ref is not None:
                return ref
            await self._wait(change_count)

    async def running(self) -> Sequence[GenerationRef]:
        """Return all RUNNING generations.

        Before the first worker of this process starts, these were left by an
        earlier process, because the directory lock excludes concurrent ones.
        """
        return await self._records.database.read(fair_order.running)

    async def _wait(self, change_count: int) -> None:
        now = self._clock.now()
        wake = await self._records.database.read(
            lambda connection: fair_order.next_not_before(connection, now)
        )
        waits = [asyncio.create_task(self._records.changed.wait(change_count))]
        if wake is not None:
            seconds = (wake - now).total_seconds()
            waits.append(asyncio.create_task(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
