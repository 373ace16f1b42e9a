"""What a studio is asked to do, as far as its cost depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOURS_PER_MONTH = 730.0
DAYS_PER_MONTH = HOURS_PER_MONTH / 24


class Mode(StrEnum):
    """How the endpoint runs."""

    REAL_TIME = "real-time"
    SCALE_TO_ZERO = "scale-to-zero"
    ASYNC = "async"

    @property
    def rests(self) -> bool:
        """Whether it has no instance while there is nothing to do."""
        return self is not Mode.REAL_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A day of a studio.

    Attributes:
        images_per_day: Images, one in each generation.
        seconds_per_image: Of one instance; the metric EndpointLatency tells yours.
        busy_hours: Hours of a day in which the images are asked for.
        bursts_per_day: How often a day somebody asks after a pause that was
            long enough for an endpoint to go to rest.
        start_minutes: From the first request until an endpoint at rest answers.
        idle_minutes: From its last image until it rests again.
        users: People who sign in during a month.
        kept_days: How long an image is kept before it is purged.
    """

    images_per_day: float
    seconds_per_image: float = 4.0
    busy_hours: float = 8.0
    bursts_per_day: float = 8.0
    start_minutes: float = 8.0
    idle_minutes: float = 15.0
    users: int = 10
    kept_days: int = 365

    @property
    def images_per_month(self) -> float:
        """Images of an average month."""
        return self.images_per_day * DAYS_PER_MONTH
