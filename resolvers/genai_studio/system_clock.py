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
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def monotonic(self) -> timedelta:
        """See `Clock.monotonic`. Time while the machine is suspended does not count."""
        return timedelta(seconds=time.monotonic())

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        await asyncio.sleep(seconds)
