"""Wake tasks that wait for a stored change."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class ChangeSignal:
    """Counts stored changes. `notify` may be called from any thread.

    Read `count`, query the store, then call `wait(count)`: it returns at once if
    a change was stored in between.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def count(self) -> int:
        """Number of changes since the records were opened."""
        return self._count

    def notify(self) -> None:
        """Count a change and wake all waiting tasks."""
        with self._lock:
            self._count += 1
            for loop, event in self._waiting:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(event.set)

    async def wait(self, count: int) -> None:
        """Return as soon as the number of changes differs from `count`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._count != count:
                return
            self._waiting.add(waiter)
        try:
            await waiter[1].wait()
        finally:
            with self._lock:
                self._waiting.discard(waiter)
