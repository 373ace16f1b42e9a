"""What a deployment costs an hour, from the studio's dated file of prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from genai_studio.cost.prices import Prices, read_prices
from genai_studio.domain.errors import StudioUnavailable

HOURS_PER_MONTH = 730
"""What AWS's own calculator takes for a month."""


@dataclass(frozen=True, slots=True)
class HourlyPrice:
    """What one instance costs.

    Attributes:
        instance_type: Of the instance.
        region: Where it runs.
        dollars: An hour; None where the file has no price of it.
        dated: When the price was looked up.
    """

    instance_type: str
    region: str
    dollars: float | None
    dated: date

    def told(self, minimum: int, maximum: int) -> str:
        """The price of so many instances, for people."""
        if self.dollars is None:
            return (
                f"No price of {self.instance_type} in {self.region} is in the studio's file. "
                "It is at https://aws.amazon.com/sagemaker/ai/pricing/; an endpoint is charged "
                "for every second that its instances run."
            )
        each = f"{self.instance_type} in {self.region}: ${self.dollars:.3f} an hour each"
        lines = [f"{each} (price of {self.dated.isoformat()}, before tax)."]
        if minimum == 0:
            lines.append("At rest no instance runs. It starts with one, which rests when idle.")
        else:
            lines.append(f"Always on: {self._of(minimum)}.")
        if maximum > minimum:
            lines.append(f"At most, under load: {self._of(maximum)}.")
        return "\n".join(lines)

    def _of(self, instances: int) -> str:
        hour = instances * (self.dollars or 0.0)
        plural = "instance" if instances == 1 else "instances"
        return f"{instances} {plural}, ${hour:.3f} an hour, ${hour * HOURS_PER_MONTH:,.0f} a month"


def hourly_price(instance_type: str, region: str, prices: Prices | None = None) -> HourlyPrice:
    """Look an instance's price up.

    Args:
        instance_type: Such as `ml.g5.xlarge`.
        region: AWS region.
        prices: None: the studio's own file.
    """
    prices = prices or read_prices()
    try:
        dollars: float | None = prices.region(region).instance_hour(instance_type)
    except StudioUnavailable:
        dollars = None
    return HourlyPrice(instance_type, region, dollars, prices.date)
