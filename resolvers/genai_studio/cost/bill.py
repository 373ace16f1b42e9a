"""The bill of a month: what is used, at its price."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.cost.endpoint_hours import endpoint_hours
from genai_studio.cost.prices import RegionPrices
from genai_studio.cost.usage import usage
from genai_studio.cost.workload import Mode, Workload
from genai_studio.domain.errors import StudioUnavailable

ENDPOINT = "SageMaker"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is charged for.

    Attributes:
        quantity: Used in the month, in units of the price.
        free: Of these, not charged.
        cost: In the currency of the prices.
    """

    service: str
    item: str
    unit: str
    quantity: float
    free: float
    cost: float


@dataclass(frozen=True, slots=True)
class Bill:
    """A month of one workload in one mode."""

    mode: Mode
    images: float
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """All of it."""
        return sum(line.cost for line in self.lines)

    @property
    def per_image(self) -> float | None:
        """The share of one image; None where there are none."""
        return self.total / self.images if self.images else None

    @property
    def services(self) -> dict[str, float]:
        """What each service costs, in the order of the lines."""
        sums: dict[str, float] = {}
        for line in self.lines:
            sums[line.service] = sums.get(line.service, 0.0) + line.cost
        return sums


def bill(
    workload: Workload, mode: Mode, instance: str, prices: RegionPrices, *, free_tier: bool = True
) -> Bill:
    """Reckon a month.

    Args:
        instance: The type of the endpoint's instances.
        free_tier: Whether the account's free quantities are still unused.

    Raises:
        StudioUnavailable: There is no price for something that is used.
    """
    hours = endpoint_hours(workload, mode)
    instances = Line(
        ENDPOINT,
        f"{instance} instances",
        "hour",
        hours,
        0.0,
        hours * prices.instance_hour(instance),
    )
    others = [
        _line(name, quantity, prices, free_tier=free_tier)
        for name, quantity in usage(workload, mode).items()
    ]
    return Bill(mode, workload.images_per_month, (instances, *others))


def _line(name: str, quantity: float, prices: RegionPrices, *, free_tier: bool) -> Line:
    price = prices.items.get(name)
    if price is None:
        raise StudioUnavailable(f"The file of prices has no {name}.")
    free = min(quantity, price.free_per_month) if free_tier else 0.0
    cost = (quantity - free) * price.price / price.per
    return Line(price.service, price.item, price.unit, quantity, free, cost)
