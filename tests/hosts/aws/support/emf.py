"""Parse lines of CloudWatch's Embedded Metric Format (EMF)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

UNITS = {"Count", "Milliseconds", "None"}


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of one metric with one set of dimensions."""

    namespace: str
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    value: float


def data_of(line: str) -> list[Datum]:
    """Return the values that CloudWatch extracts from a line. Empty for other lines."""
    document: dict[str, Any] = json.loads(line)
    if "_aws" not in document:
        return []
    assert isinstance(document["_aws"]["Timestamp"], int)
    found = []
    for directive in document["_aws"]["CloudWatchMetrics"]:
        assert len(directive["Dimensions"]) >= 1
        for names in directive["Dimensions"]:
            assert len(names) <= 30
            dimensions = tuple((name, document[name]) for name in names)
            assert all(isinstance(text, str) and text for _, text in dimensions)
            for metric in directive["Metrics"]:
                assert metric["Unit"] in UNITS
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    assert isinstance(value, int | float)
                    found.append(
                        Datum(
                            directive["Namespace"],
                            metric["Name"],
                            metric["Unit"],
                            dimensions,
                            value,
                        )
                    )
    return found
