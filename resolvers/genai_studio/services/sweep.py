"""What only the clock brings about: lost workers, ended waits, deadlines."""

from __future__ import annotations

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

BATCH = 100
"""Generations looked at in one go."""


class Sweep:
    """Looks at unfinished generations whose time has come."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def sweep(self) -> int:
        """Do what is due now; returns how many generations were looked at.

        One batch a call: each look changes what is due, so the next call sees
        the rest.
        """
        now = self._clock.now()
        refs = await self._records.due(now, BATCH)
        for ref in refs:
            try:
                await transition(
                    self._records, ref, lambda generation: state_machine.sweep(generation, now)
                )
            except (NotFound, VersionConflict):
                # Purged meanwhile, or changing so fast that somebody is at it.
                continue
        return len(refs)
