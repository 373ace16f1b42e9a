"""How many samplings run beside each other, and how many callers may wait."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio

from genai_studio.inference.errors import Busy


class Slots:
    """A line of callers in front of a few slots, served in order of arrival."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._semaphore = anyio.Semaphore(slots)
        self._room = slots + waiting
        self._inside = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Stand in the line.

        Raises:
            Busy: The line is full; nobody is made to wait without end.
        """
        if self._inside >= self._room:
            raise Busy("The model is busy and enough callers are waiting. Try again later.")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a slot, from a place in the line, and hold it."""
        async with self._semaphore:
            yield
