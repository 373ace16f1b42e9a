"""What the local worker takes its work from: the records themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from genai_studio.domain.generation import GenerationRef
from genai_studio.local.queue import fair_order
from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import Clock


class LocalQueue:
    """Finds the next generation to claim, and sleeps until there may be one.

    It only points at one: the claim itself is a `Records.save` like any other,
    so two workers that are given the same one do no harm.

    Args:
        running_per_user: At most this many of one user's run at a time.
    """

    def __init__(self, records: LocalRecords, clock: Clock, *, running_per_user: int) -> None:
        self._records = records
        self._clock = clock
        self._running_per_user = running_per_user
        self._aside: set[GenerationRef] = set()

    async def next(self, now: datetime) -> GenerationRef | None:
        """The generation whose turn it is, or None while there is nothing to claim."""
        return await self._records.database.read(
            lambda connection: fair_order.next_in_turn(
                connection, now, self._running_per_user, self._aside
            )
        )

    def set_aside(self, ref: GenerationRef) -> None:
        """Point at one no more while this process lives: it cannot be worked on."""
        self._aside = self._aside | {ref}

    async def take(self) -> GenerationRef:
        """The same, waiting for a change or for the end of a back-off."""
        while True:
            seen = self._records.changed.count
            ref = await self.next(self._clock.now())
            if ref is not None:
                return ref
            await self._wait(seen)

    async def running(self) -> Sequence[GenerationRef]:
        """Every claimed generation.

        Before the first worker of a process starts, these are the ones that the
        process before it left behind: the directory's lock allows no other.
        """
        return await self._records.database.read(fair_order.running)

    async def _wait(self, seen: int) -> None:
        now = self._clock.now()
        wake = await self._records.database.read(
            lambda connection: fair_order.next_not_before(connection, now)
        )
        waits = [asyncio.create_task(self._records.changed.wait(seen))]
        if wake is not None:
            seconds = (wake - now).total_seconds()
            waits.append(asyncio.create_task(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
