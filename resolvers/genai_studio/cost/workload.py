"""The workload of a studio, as far as the cost depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

HOURS_PER_MONTH = 730.0
DAYS_PER_MONTH = HOURS_PER_MONTH / 24


class Mode(StrEnum):
    """Mode of the endpoint, or Amazon Bedrock instead of one."""

    REAL_TIME = "real-time"
    SCALE_TO_ZERO = "scale-to-zero"
    ASYNC = "async"
    BEDROCK = "bedrock"

    @property
    def scales_to_zero(self) -> bool:
        """Whether an idle endpoint has no instances."""
        return self in (Mode.SCALE_TO_ZERO, Mode.ASYNC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """An average day of a studio.

    Attributes:
        images_per_day: Number of images; each generation has one.
        seconds_per_image: Time per image on one instance. The metric
            EndpointLatency shows the actual time.
        busy_hours: Hours of the day with requests.
        bursts_per_day: Number of requests per day that start an endpoint which has
            scaled to zero.
        start_minutes: Time from a request until an endpoint without instances answers.
        idle_minutes: Time from the last image until the endpoint scales to zero.
        users: Active users per month.
        kept_days: Days until an image is purged.
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
