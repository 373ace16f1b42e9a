"""What a benchmark found: a figure, what it is held against, and their ratio."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table.

    Attributes:
        benchmark: The module that measured it.
        what: What was measured.
        measured: How much it took, for people.
        beside: What was measured beside it, for people.
        ratio: The first in terms of the second; None where nothing is comparable.
        bound: The greatest ratio that is good; None where none is promised.
    """

    benchmark: str
    what: str
    measured: str
    beside: str = ""
    ratio: float | None = None
    bound: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the ratio is within its bound."""
        return self.ratio is None or self.bound is None or self.ratio <= self.bound


def milliseconds(seconds: Sequence[float]) -> str:
    """The median of some times."""
    return f"{statistics.median(seconds) * 1000:.2f} ms"


def ratio(own: Sequence[float], other: Sequence[float]) -> float:
    """The median of `own` in terms of the median of `other`."""
    return statistics.median(own) / statistics.median(other)
