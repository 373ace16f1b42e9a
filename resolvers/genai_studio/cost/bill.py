"""Compute a monthly bill from usage and prices."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.cost.endpoint_hours import endpoint_hours
from genai_studio.cost.prices import RegionPrices
from genai_studio.cost.usage import usage
from genai_studio.cost.workload import Mode, Workload
from genai_studio.domain.errors import StudioUnavailable

ENDPOINT, BEDROCK = "SageMaker", "Bedrock"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill.

    Attributes:
        quantity: Monthly usage in units of the price.
        free: The part of the quantity that is free.
        cost: Cost in the currency of the prices.
    """

    service: str
    item: str
    unit: str
    quantity: float
    free: float
    cost: float


@dataclass(frozen=True, slots=True)
class Bill:
    """The monthly bill of a workload in one mode."""

    mode: Mode
    images: float
    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """Total cost."""
        return sum(line.cost for line in self.lines)

    @property
    def per_image(self) -> float | None:
        """Cost per image; None if there are no images."""
        return self.total / self.images if self.images else None

    @property
    def services(self) -> dict[str, float]:
        """Cost by service, in the order of the lines."""
        sums: dict[str, float] = {}
        for line in self.lines:
            sums[line.service] = sums.get(line.service, 0.0) + line.cost
        return sums


def bill(
    workload: Workload, mode: Mode, instance: str, prices: RegionPrices, *, free_tier: bool = True
) -> Bill:
    """Compute the bill of a month.

    Args:
        instance: Instance type of the endpoint.
        free_tier: Whether to deduct the monthly AWS free tier.

    Raises:
        StudioUnavailable: A price is missing.
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
    return _bill(workload, mode, instances, prices, free_tier=free_tier)


def bedrock_bill(
    workload: Workload,
    model: str,
    image_price: float,
    prices: RegionPrices,
    *,
    free_tier: bool = True,
) -> Bill:
    """Compute the bill of a month with a model in Amazon Bedrock.

    Args:
        model: Bedrock's ID of the model.
        image_price: Price of one image.
        free_tier: See `bill`.

    Raises:
        StudioUnavailable: A price is missing.
    """
    images = workload.images_per_month
    line = Line(BEDROCK, f"images of {model}", "image", images, 0.0, images * image_price)
    return _bill(workload, Mode.BEDROCK, line, prices, free_tier=free_tier)


def _bill(
    workload: Workload, mode: Mode, model: Line, prices: RegionPrices, *, free_tier: bool
) -> Bill:
    others = [
        _line(name, quantity, prices, free_tier=free_tier)
        for name, quantity in usage(workload, mode).items()
    ]
    return Bill(mode, workload.images_per_month, (model, *others))


def _line(name: str, quantity: float, prices: RegionPrices, *, free_tier: bool) -> Line:
    price = prices.items.get(name)
    if price is None:
        raise StudioUnavailable(f"The price file has no entry {name}.")
    free = min(quantity, price.free_per_month) if free_tier else 0.0
    cost = (quantity - free) * price.price / price.per
    return Line(price.service, price.item, price.unit, quantity, free, cost)
