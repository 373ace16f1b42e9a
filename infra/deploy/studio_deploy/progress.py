"""Print the steps of a deployment with their elapsed time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Print a line to the operator."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def elapsed(since: float) -> str:
    """Return the time since a monotonic time, such as `3:07`."""
    minutes, seconds = divmod(int(time.monotonic() - since), 60)
    return f"{minutes}:{seconds:02}"


class Steps:
    """The numbered steps of one command. Each step can be repeated.

    Args:
        number: Number of steps.
        again: Command that repeats the steps after a failure.
    """

    def __init__(self, number: int, again: str) -> None:
        self._number = number
        self._again = again
        self._begun = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print the beginning and the end of a step."""
        self._begun += 1
        label = f"[{self._begun}/{self._number}] {name}"
        say(f"{label} …")
        begun = time.monotonic()
        try:
            yield
        except BaseException:
            say(f"{label}: stopped after {elapsed(begun)}. To resume at this step: {self._again}")
            raise
        say(f"{label}: done in {elapsed(begun)}")
