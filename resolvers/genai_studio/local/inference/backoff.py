"""Exponential backoff between restarts of the inference process."""

from __future__ import annotations


class Backoff:
    """Doubles the delay after each failure; resets after a run of `good_run_seconds`."""

    def __init__(
        self, first: float = 0.2, longest: float = 30.0, good_run_seconds: float = 60.0
    ) -> None:
        self._first = first
        self._longest = longest
        self._good_run = good_run_seconds
        self._failures = 0

    def next_delay(self, *, run_seconds: float) -> float:
        """Return the seconds to wait after a process that ran for `run_seconds` failed."""
        if run_seconds >= self._good_run:
            self._failures = 0
        delay = min(self._first * 2.0**self._failures, self._longest)
        self._failures = min(self._failures + 1, 30)
        return delay
