"""The prices of AWS, from a dated file: `prices.json`, or one of the operator's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from genai_studio.domain.errors import StudioUnavailable

PUBLISHED = Path(__file__).parent / "prices.json"


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What AWS asks for one thing that is counted.

    Attributes:
        service: Under which service it stands on the bill.
        item: What is counted, for people.
        unit: One of it.
        price: For `per` units, in the file's currency.
        free_per_month: Units that AWS gives each account every month.
        source: AWS's own page, where the price can be checked.
        read_at: Where the figure was read.
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
    """What an hour of one instance of an endpoint costs."""

    price: float
    source: str
    read_at: str


class RegionPrices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All prices of one region.

    Attributes:
        instances: By the type of the instance, such as `ml.g5.xlarge`.
        items: By the names that `usage` counts under.
    """

    instances: dict[str, InstancePrice]
    items: dict[str, Price]

    def instance_hour(self, instance: str) -> float:
        """The price of an hour.

        Raises:
            StudioUnavailable: It is not in the file.
        """
        found = self.instances.get(instance)
        if found is None:
            known = ", ".join(self.instances)
            raise StudioUnavailable(
                f"There is no price of {instance}. Known are {known}; "
                "add yours to a copy of the file, and name the copy with --prices."
            )
        return found.price


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file of prices.

    Attributes:
        date: When they were looked up.
        currency: ISO 4217.
        note: How to read the file.
    """

    date: date
    currency: str
    note: str
    regions: dict[str, RegionPrices]

    def region(self, name: str) -> RegionPrices:
        """One region's.

        Raises:
            StudioUnavailable: It is not in the file.
        """
        found = self.regions.get(name)
        if found is None:
            raise StudioUnavailable(
                f"There are no prices of {name}, only of {', '.join(self.regions)}; "
                "add yours to a copy of the file, and name the copy with --prices."
            )
        return found


def read_prices(path: Path = PUBLISHED) -> Prices:
    """Read a file of prices.

    Raises:
        StudioUnavailable: It cannot be read; the message names the entry.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Prices)
    except OSError as error:
        raise StudioUnavailable(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise StudioUnavailable(f"{path} is no file of prices: {error}.") from error
