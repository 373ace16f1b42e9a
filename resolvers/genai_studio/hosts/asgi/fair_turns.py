"""Turns on the event loop's thread: short pieces of work of users who share one process."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

from genai_studio.local.fair_slots import FairSlots
from genai_studio.schema.documents.document_cache import PARSERS
from genai_studio.schema.studio_schema import studio_schema

PAUSE_FACTOR = 3.0
"""Pause between two turns of a user who has more work waiting, in durations of the first
turn. Such a user gets a quarter of the time while others are active."""

MAX_PAUSE_SECONDS = 0.5

ACTIVE_SECONDS = 1.0
"""A user is active for this long after a turn."""


PARSERS_PER_USER = 1


class FairTurns:
    """Let each user do one piece of work at a time, with pauses if others are active.

    A piece of work is what a task does from `take` until it next waits for anything. A user
    with one request at a time never pauses. Without other active users, nobody pauses.

    Args:
        now: A monotonic clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._parsers = FairSlots(PARSERS, PARSERS_PER_USER)
        # Users with a turn or in a pause, and their tasks that wait for the next turn.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}
        # Tasks that have had a turn since `start`, and have not waited since.
        self._started: dict[Hashable, asyncio.Task[object] | None] = {}
        self._began: dict[Hashable, float] = {}
        # The latest turn of each active user, the longest ago first.
        self._active: OrderedDict[Hashable, float] = OrderedDict()

    async def take(self, user: Hashable) -> None:
        """Wait for the user's turn.

        Returns at once if the user has no other work, or directly after `start`.
        """
        if self._started and self._started.pop(user, None) is asyncio.current_task():
            return
        waiting = self._waiting.get(user)
        if waiting is None:
            self._waiting[user] = deque()
            asyncio.get_running_loop().call_soon(self._end, user)
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            await turn
        self._began[user] = self._note_active(user)

    async def start(self, user: Hashable, query: str) -> None:
        """Parse and validate a document, and wait until the user may execute it."""
        if not studio_schema.is_prepared(query):
            async with self._parsers.slot(user):
                began = self._note_active(user)
                await studio_schema.prepare(query)
                await asyncio.sleep(self._pause(user, began))
        await self.take(user)
        self._started[user] = asyncio.current_task()

    def _end(self, user: Hashable) -> None:
        """End a turn. The event loop calls it after the task that took the turn."""
        self._started.pop(user, None)
        pause = self._pause(user, self._began.pop(user, None))
        if not self._waiting[user]:
            del self._waiting[user]
        elif pause:
            asyncio.get_running_loop().call_later(pause, self._next, user)
        else:
            self._next(user)

    def _next(self, user: Hashable) -> None:
        waiting = self._waiting[user]
        while waiting:
            turn = waiting.popleft()
            if not turn.cancelled():
                turn.set_result(None)
                # Runs after the task that `set_result` wakes.
                asyncio.get_running_loop().call_soon(self._end, user)
                return
        del self._waiting[user]

    def _pause(self, user: Hashable, began: float | None) -> float:
        """Return how long a user pauses after work that began at a time and ends now."""
        now = self._note_active(user)
        if began is None or not self._others_are_active(now):
            return 0.0
        return min((now - began) * PAUSE_FACTOR, MAX_PAUSE_SECONDS)

    def _note_active(self, user: Hashable) -> float:
        now = self._active[user] = self._now()
        self._active.move_to_end(user)
        return now

    def _others_are_active(self, now: float) -> bool:
        """Return whether others than the latest user are active."""
        while len(self._active) > 1 and next(iter(self._active.values())) < now - ACTIVE_SECONDS:
            self._active.popitem(last=False)
        return len(self._active) > 1
