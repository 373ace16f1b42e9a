"""Read AWS prices from a dated file: `prices.json`, or the operator's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from genai_studio.domain.errors import StudioUnavailable

PUBLISHED = Path(__file__).parent / "prices.json"


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price of one metered item.

    Attributes:
        service: AWS service under which the item is billed.
        item: Description of the item.
        unit: Unit of the quantity.
        price: Price of `per` units, in the currency of the file.
        per: Number of units that `price` covers.
        source: AWS's page with the official price.
        read_at: Page from which the price was taken.
        free_per_month: Units in the monthly free tier of an account.
    """

    service: str
    item: str
    unit: str
    price: float
    per: float
    source: str
    read_at: str
    free_per_month: float = 0


class InstancePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hourly price of an endpoint instance."""

    price: float
    source: str
    read_at: str


class ImagePrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price of one image of a model in Amazon Bedrock."""

    price: float
    source: str
    read_at: str


class RegionPrices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All prices of one region.

    Attributes:
        instances: By instance type, such as `ml.g5.xlarge`.
        items: By name of the item, as in `usage`.
    """

    instances: dict[str, InstancePrice]
    items: dict[str, Price]

    def instance_hour(self, instance: str) -> float:
        """Return the hourly price of an instance type.

        Raises:
            StudioUnavailable: The file has no price for it.
        """
        found = self.instances.get(instance)
        if found is None:
            known = ", ".join(self.instances)
            raise StudioUnavailable(
                f"No price for instance type {instance}. Available: {known}. "
                "To add a price, copy the price file and pass the copy with --prices."
            )
        return found.price


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Content of a price file.

    Attributes:
        date: When the prices were looked up.
        currency: ISO 4217 code.
        note: Explanation for readers of the file.
        regions: By name of the AWS region.
        bedrock: Prices of models in Amazon Bedrock by region, then by the model's ID.
    """

    date: date
    currency: str
    note: str
    regions: dict[str, RegionPrices]
    bedrock: dict[str, dict[str, ImagePrice]] = {}

    def region(self, name: str) -> RegionPrices:
        """Return the prices of a region.

        Raises:
            StudioUnavailable: The file has no prices for it.
        """
        found = self.regions.get(name)
        if found is None:
            raise StudioUnavailable(
                f"No prices for region {name}. Available: {', '.join(self.regions)}. "
                "To add a region, copy the price file and pass the copy with --prices."
            )
        return found

    def bedrock_image(self, model: str, region: str) -> float:
        """Return the price of an image of a model in Amazon Bedrock.

        Raises:
            StudioUnavailable: The file has no price for it.
        """
        found = self.bedrock.get(region, {}).get(model)
        if found is None:
            known = [
                f"{model} in {name}" for name, models in self.bedrock.items() for model in models
            ]
            raise StudioUnavailable(
                f"No price for {model} in Amazon Bedrock in {region}. Available: "
                f"{', '.join(known)}. "
                "To add a price, copy the price file and pass the copy with --prices."
            )
        return found.price


def read_prices(path: Path = PUBLISHED) -> Prices:
    """Read a price file.

    Raises:
        StudioUnavailable: The file cannot be read or is malformed.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Prices)
    except OSError as error:
        raise StudioUnavailable(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise StudioUnavailable(f"{path} is not a valid price file: {error}.") from error
