"""Limits on what users may submit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Limits on accepted requests. None means no limit.

    Attributes:
        user: Images per UTC day of one user.
        studio: Images per UTC day of all users together.
        unfinished: Generations of one user that are QUEUED or RUNNING.
    """

    user: int | None = None
    studio: int | None = None
    unfinished: int | None = None


def quota_day(now: datetime) -> str:
    """Return the ISO date (UTC) of the counters for a submit at `now`."""
    return now.astimezone(UTC).date().isoformat()
