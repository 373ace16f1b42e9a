"""Measurements, and how they compare to a reference measurement."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One row of the table.

    Attributes:
        benchmark: Module that took the measurement.
        subject: What was measured.
        value: Measured value with its unit.
        reference: Value of the reference with its unit, and what it is.
        ratio: Measured value divided by the reference; None if they are not comparable.
        bound: Maximum accepted ratio; None if there is no bound.
    """

    benchmark: str
    subject: str
    value: str
    reference: str = ""
    ratio: float | None = None
    bound: float | None = None

    @property
    def within_bound(self) -> bool:
        """Return whether the ratio does not exceed the bound."""
        return self.ratio is None or self.bound is None or self.ratio <= self.bound


def milliseconds(seconds: Sequence[float]) -> str:
    """Format the median of durations in seconds as milliseconds."""
    return f"{statistics.median(seconds) * 1000:.2f} ms"


def median_ratio(own: Sequence[float], reference: Sequence[float]) -> float:
    """Divide the median of `own` by the median of `reference`."""
    return statistics.median(own) / statistics.median(reference)
