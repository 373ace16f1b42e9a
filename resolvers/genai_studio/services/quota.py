"""Report how much of the daily quota is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from genai_studio.domain.identity import Caller
from genai_studio.domain.quota import QuotaLimits, quota_day
from genai_studio.ports import Clock, Records


@dataclass(frozen=True, slots=True)
class QuotaUsage:
    """Image counts of the current UTC day. None means no limit.

    Attributes:
        unfinished_limit: Maximum of the caller's QUEUED and RUNNING generations.
    """

    limit: int | None
    used: int
    left: int | None
    resets_at: datetime
    unfinished_limit: int | None


class Quota:
    """Reads the caller's quota counter."""

    def __init__(self, records: Records, clock: Clock, limits: QuotaLimits) -> None:
        self._records = records
        self._clock = clock
        self._limits = limits

    async def usage(self, caller: Caller) -> QuotaUsage:
        """Return the caller's usage of the current day."""
        now = self._clock.now()
        used = await self._records.quota_used(caller.owner, quota_day(now))
        limit = self._limits.user
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return QuotaUsage(
            limit=limit,
            used=used,
            left=None if limit is None else max(limit - used, 0),
            resets_at=midnight + timedelta(days=1),
            unfinished_limit=self._limits.unfinished,
        )
