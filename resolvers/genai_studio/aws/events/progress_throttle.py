"""Throttle progress events; AppSync bills per message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from genai_studio.failure_log import describe
from genai_studio.ports import Clock, GenerationEvent

_log = logging.getLogger(__name__)

INTERVAL = timedelta(seconds=1)
"""Minimum time between two progress events of a generation."""


@dataclass(slots=True)
class _State:
    """The throttling state of one generation.

    Attributes:
        next_at: Earliest time of the next event.
        pending: The newest event that has not been sent.
        timer: Sends the pending event at `next_at`.
    """

    next_at: datetime
    pending: GenerationEvent | None = None
    timer: asyncio.Task[None] | None = None


class ProgressThrottle:
    """Sends at most one progress event per generation and `INTERVAL`.

    An event that arrives too early is delayed, and replaced by a newer one. The final
    event of an attempt (all steps done) is sent at once.
    """

    def __init__(self, clock: Clock, send: Callable[[GenerationEvent], Awaitable[None]]) -> None:
        self._clock = clock
        self._send = send
        self._states: dict[str, _State] = {}

    async def publish(self, event: GenerationEvent) -> None:
        """Send a progress event now or later.

        Raises:
            StudioUnavailable: The event was due, and sending it failed.
        """
        now = self._clock.now()
        self._drop_idle(now)
        state = self._states.get(event.generation.id)
        progress = event.progress
        final = progress is not None and progress.step >= progress.steps
        if state is None or now >= state.next_at or final:
            if state is not None and state.timer is not None:
                state.timer.cancel()
            self._states[event.generation.id] = _State(now + INTERVAL)
            await self._send(event)
            return
        state.pending = event
        if state.timer is None:
            state.timer = asyncio.create_task(self._send_later(state))

    async def flush(self) -> None:
        """Send all pending events at once."""
        pending = [state for state in self._states.values() if state.pending is not None]
        self._states.clear()
        for state in pending:
            if state.timer is not None:
                state.timer.cancel()
            await self._send_pending(state)

    async def _send_later(self, state: _State) -> None:
        delay = state.next_at - self._clock.now()
        await self._clock.sleep(delay.total_seconds())
        state.next_at = self._clock.now() + INTERVAL
        state.timer = None
        await self._send_pending(state)

    async def _send_pending(self, state: _State) -> None:
        event, state.pending = state.pending, None
        if event is None:
            return
        try:
            await self._send(event)
        except Exception as error:
            # Progress is optional: losing an event does not affect the image.
            _log.warning("Cannot publish progress: %s", describe(error))

    def _drop_idle(self, now: datetime) -> None:
        idle = [
            generation_id
            for generation_id, state in self._states.items()
            if state.pending is None and now >= state.next_at
        ]
        for generation_id in idle:
            del self._states[generation_id]
