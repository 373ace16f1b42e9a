"""The clock port."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Current time and sleep. Tests replace it with a clock they advance by hand."""

    def now(self) -> datetime:
        """Return the current time in UTC, truncated to whole milliseconds."""

    def monotonic(self) -> timedelta:
        """Return the time since an arbitrary start. Adjustments of `now` do not change it.

        Measure durations within one process with this.
        """

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds` of this clock."""
