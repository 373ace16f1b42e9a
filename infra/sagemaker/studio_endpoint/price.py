"""Hourly prices of instances, from the studio's dated price file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from genai_studio.cost.prices import Prices, read_prices
from genai_studio.domain.errors import StudioUnavailable

HOURS_PER_MONTH = 730
"""The AWS Pricing Calculator uses the same number."""


@dataclass(frozen=True, slots=True)
class HourlyPrice:
    """The price of one instance.

    Attributes:
        instance_type: Type of the instance.
        region: Region of the instance.
        dollars: US dollars per hour, or None if the price file does not have it.
        price_date: Date of the price.
    """

    instance_type: str
    region: str
    dollars: float | None
    price_date: date

    def description(self, minimum: int, maximum: int) -> str:
        """Describe the price of a range of instances, for people."""
        if self.dollars is None:
            return (
                f"The studio's price file has no price for {self.instance_type} in {self.region}. "
                "See https://aws.amazon.com/sagemaker/ai/pricing/. AWS charges an endpoint for "
                "every second that its instances run."
            )
        each = f"{self.instance_type} in {self.region}: ${self.dollars:.3f} per hour and instance"
        lines = [f"{each} (price of {self.price_date.isoformat()}, before tax)."]
        if minimum == 0:
            lines.append("Starts with one instance. Scales to zero, without charge, when idle.")
        else:
            lines.append(f"Minimum: {self._total(minimum)}.")
        if maximum > minimum:
            lines.append(f"Maximum, under load: {self._total(maximum)}.")
        return "\n".join(lines)

    def _total(self, instances: int) -> str:
        hour = instances * (self.dollars or 0.0)
        noun = "instance" if instances == 1 else "instances"
        month = hour * HOURS_PER_MONTH
        return f"{instances} {noun}, ${hour:.3f} per hour, ${month:,.0f} per month"


def hourly_price(instance_type: str, region: str, prices: Prices | None = None) -> HourlyPrice:
    """Return the price of an instance type.

    Args:
        instance_type: Instance type, such as `ml.g5.xlarge`.
        region: AWS region.
        prices: Prices, or None for the studio's price file.
    """
    prices = prices or read_prices()
    try:
        dollars: float | None = prices.region(region).instance_hour(instance_type)
    except StudioUnavailable:
        dollars = None
    return HourlyPrice(instance_type, region, dollars, prices.date)
