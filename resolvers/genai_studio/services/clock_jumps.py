"""Keep the time limits of generations when the clock is adjusted.

Time limits are stored as times of day. An adjustment of the clock, or the suspension of
the machine, changes the time of day but not the time that an attempt had. Use this only
in a process that alone decides on the time limits, as on one machine.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

MIN_JUMP = timedelta(seconds=2)
"""Smaller differences do not matter for leases and deadlines."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_ALL = timedelta(days=3650)
_LIMIT = 100_000


class ClockJumps:
    """Compares the time of day with the monotonic clock."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._offset = self._current_offset()

    async def compensate(self) -> None:
        """Shift the time limits of all unfinished generations if the clock has jumped.

        Call this before anything that applies time limits.
        """
        offset = self._current_offset()
        jump = offset - self._offset
        if abs(jump) < MIN_JUMP:
            return
        self._offset = offset
        _log.warning("The clock jumped by %.0f s; time limits are adjusted.", jump.total_seconds())
        for ref in await self._records.due(self._clock.now() + _ALL, _LIMIT):
            with suppress(NotFound, VersionConflict, UnreadableDocument):
                await transition(
                    self._records,
                    ref,
                    lambda generation: state_machine.shift_time_limits(generation, jump),
                )

    def _current_offset(self) -> timedelta:
        return self._clock.now() - _EPOCH - self._clock.monotonic()
