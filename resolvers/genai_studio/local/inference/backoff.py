"""How long to wait before something that failed is tried again."""

from __future__ import annotations


class Backoff:
    """Doubles its wait with every quick failure, and forgets them after a good run."""

    def __init__(
        self, first: float = 0.2, longest: float = 30.0, good_run_seconds: float = 60.0
    ) -> None:
        self._first = first
        self._longest = longest
        self._good_run = good_run_seconds
        self._failures = 0

    def after(self, *, ran_seconds: float) -> float:
        """Seconds to wait after a run of so many seconds failed."""
        if ran_seconds >= self._good_run:
            self._failures = 0
        wait = min(self._first * 2.0**self._failures, self._longest)
        self._failures = min(self._failures + 1, 30)
        return wait
