"""The system clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """`ports.Clock` of the operating system."""

    def now(self) -> datetime:
        """Return the current time in UTC, truncated to whole milliseconds.

        Stores and the API use milliseconds, so a time does not change when it
        is stored and read again.
        """
        return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)

    def monotonic(self) -> timedelta:
        """See `Clock.monotonic`. Time while the machine is suspended does not count."""
        return timedelta(seconds=time.monotonic())

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        await asyncio.sleep(seconds)
