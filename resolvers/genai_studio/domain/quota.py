"""How many images may be made a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Images a UTC day; None means that there is no limit.

    Attributes:
        user: For each person.
        studio: For everybody together.
    """

    user: int | None = None
    studio: int | None = None


def quota_day(now: datetime) -> str:
    """The ISO date (UTC) whose counters a submit at `now` uses."""
    return now.astimezone(UTC).date().isoformat()
