"""Hold a toy pipeline before each step until the test releases it."""

from __future__ import annotations

import threading

WAIT_SECONDS = 30


class Gate:
    """`before_step` callback of a `ToyPipeline` that blocks until it is released."""

    def __init__(self) -> None:
        self._permits = threading.Semaphore(0)
        self._arrived = threading.Semaphore(0)
        self._open = threading.Event()

    def __call__(self, step: int) -> None:
        self._arrived.release()
        while not self._open.is_set():
            if self._permits.acquire(timeout=0.01):
                return

    def wait_until_held(self) -> None:
        """Wait until a step is blocked."""
        assert self._arrived.acquire(timeout=WAIT_SECONDS)

    def let_through(self, steps: int = 1) -> None:
        self._permits.release(steps)

    def open(self) -> None:
        self._open.set()
