"""What only the clock brings about: lost workers, ended waits, deadlines."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, StudioUnavailable, VersionConflict
from genai_studio.domain.generation import GenerationRef
from genai_studio.failure_log import describe
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

BATCH = 100
"""Generations looked at in one go."""

Look = Callable[[GenerationRef], Awaitable[bool]]
"""Looks whether more is known of a generation than that its time has come; whether
that settles it for now (`Collect.look`)."""


class Sweep:
    """Looks at unfinished generations whose time has come.

    Args:
        look: Asked first, where an endpoint answers without anybody waiting.
    """

    def __init__(self, records: Records, clock: Clock, look: Look | None = None) -> None:
        self._records = records
        self._clock = clock
        self._look = look

    async def sweep(self) -> int:
        """Do what is due now; returns how many generations were looked at.

        One batch a call: each look changes what is due, so the next call sees
        the rest.
        """
        now = self._clock.now()
        refs = await self._records.due(now, BATCH)
        for ref in refs:
            try:
                if await self._settled(ref):
                    continue
                await transition(
                    self._records, ref, lambda generation: state_machine.sweep(generation, now)
                )
            except (NotFound, VersionConflict):
                # Purged meanwhile, or changing so fast that somebody is at it.
                continue
        return len(refs)

    async def _settled(self, ref: GenerationRef) -> bool:
        if self._look is None:
            return False
        try:
            return await self._look(ref)
        except (OSError, StudioUnavailable) as error:
            # It stays due, so the next sweep looks again.
            _log.error("Nothing could be learned of %s: %s", ref.id, describe(error))
            return True
