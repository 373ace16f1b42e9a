"""Wakes whoever waits for something to be stored."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class ChangeSignal:
    """Counts stored changes; may be notified from any thread.

    Read `count`, look at the store, then `wait(count)`: a change that came in
    between is not slept through.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def count(self) -> int:
        """Changes since the studio was opened."""
        return self._count

    def notify(self) -> None:
        """Count one more and wake everybody."""
        with self._lock:
            self._count += 1
            for loop, event in self._waiting:
                with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits
                    loop.call_soon_threadsafe(event.set)

    async def wait(self, seen: int) -> None:
        """Return as soon as `count` is no longer `seen`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._count != seen:
                return
            self._waiting.add(waiter)
        try:
            await waiter[1].wait()
        finally:
            with self._lock:
                self._waiting.discard(waiter)
