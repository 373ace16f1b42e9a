"""Progress at a pace that AppSync is worth paying for: it bills every message."""

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


@dataclass(slots=True)
class _Told:
    """What was told of one generation.

    Attributes:
        again: Not earlier than this is more of it told.
        waiting: The newest progress that came since.
        later: Will tell it.
    """

    again: datetime
    waiting: GenerationEvent | None = None
    later: asyncio.Task[None] | None = None


class ProgressThrottle:
    """Passes on one event in `INTERVAL` for each generation, and always the last.

    Progress that comes sooner waits for its time and gives way to newer; the
    end of an attempt (all steps done) waits for nothing.
    """

    def __init__(self, clock: Clock, send: Callable[[GenerationEvent], Awaitable[None]]) -> None:
        self._clock = clock
        self._send = send
        self._told: dict[str, _Told] = {}

    async def tell(self, event: GenerationEvent) -> None:
        """Pass on an event with progress, now or later.

        Raises:
            StudioUnavailable: It was due, and was not taken.
        """
        now = self._clock.now()
        self._forget(now)
        told = self._told.get(event.generation.id)
        progress = event.progress
        if told is None or now >= told.again or (progress and progress.step >= progress.steps):
            if told is not None and told.later is not None:
                told.later.cancel()
            self._told[event.generation.id] = _Told(now + INTERVAL)
            await self._send(event)
            return
        told.waiting = event
        if told.later is None:
            told.later = asyncio.create_task(self._tell_later(told))

    async def flush(self) -> None:
        """Pass on at once what waits."""
        waiting = [told for told in self._told.values() if told.waiting is not None]
        self._told.clear()
        for told in waiting:
            if told.later is not None:
                told.later.cancel()
            await self._tell_waiting(told)

    async def _tell_later(self, told: _Told) -> None:
        wait = told.again - self._clock.now()
        await self._clock.sleep(wait.total_seconds())
        told.again = self._clock.now() + INTERVAL
        told.later = None
        await self._tell_waiting(told)

    async def _tell_waiting(self, told: _Told) -> None:
        event, told.waiting = told.waiting, None
        if event is None:
            return
        try:
            await self._send(event)
        except Exception as error:
            # A courtesy that nobody waits for: the image is made all the same.
            _log.warning("Progress could not be told: %s", describe(error))

    def _forget(self, now: datetime) -> None:
        over = [
            generation_id
            for generation_id, told in self._told.items()
            if told.waiting is None and now >= told.again
        ]
        for generation_id in over:
            del self._told[generation_id]
