"""Daily image quotas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Maximum images per UTC day. None means no limit.

    Attributes:
        user: Per user.
        studio: For all users together.
    """

    user: int | None = None
    studio: int | None = None


def quota_day(now: datetime) -> str:
    """Return the ISO date (UTC) of the counters for a submit at `now`."""
    return now.astimezone(UTC).date().isoformat()
