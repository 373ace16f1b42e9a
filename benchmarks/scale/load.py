"""Draw the load of the busiest hour: requests arrive independently of each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SECONDS = 600
"""Length of the simulated part of the busiest hour. Every draw uses the same seed."""

SEED = 7
PERCENTILE = 99
"""A limit must hold in this share of the seconds."""


IMAGES_PER_USER = 2.0


@dataclass(frozen=True, slots=True)
class Population:
    """The users of a studio, and how they use it.

    Attributes:
        images_per_user: Images per user and day, one per generation.
        busiest_hour: Share of a day's images in the busiest hour.
        new_users: Share of the users who join or reset a password on one day.
    """

    users: int
    images_per_user: float = IMAGES_PER_USER
    busiest_hour: float = 0.12
    new_users: float = 0.01

    @property
    def images_per_day(self) -> float:
        return self.users * self.images_per_user

    @property
    def rate(self) -> float:
        """Generations per second in the busiest hour."""
        return self.images_per_day * self.busiest_hour / 3600


def busiest_partition(rate: float, partitions: int = 1, window: float = 1.0) -> float:
    """Return the events per second of the busiest partition in a busy window.

    Args:
        rate: Events per second over all partitions.
        partitions: Number of partitions, to which events are assigned at random.
        window: Length of the window in seconds.

    Returns:
        The 99th percentile over windows of the maximum over partitions.
    """
    draws = np.random.default_rng(SEED).poisson(
        rate * window / partitions, size=(SECONDS, partitions)
    )
    return float(np.percentile(draws.max(axis=1), PERCENTILE)) / window


def concurrent(rate: float, seconds: float) -> float:
    """Return the number of executions in progress at a busy moment.

    With independent arrivals, it has a Poisson distribution around `rate * seconds`,
    whatever the distribution of durations is.
    """
    draws = np.random.default_rng(SEED).poisson(rate * seconds, size=SECONDS)
    return float(np.percentile(draws, PERCENTILE))
