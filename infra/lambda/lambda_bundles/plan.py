"""What goes into which bundle, as `bundles.toml` says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
ROOT = PROJECT.parents[1]
PACKAGES = ROOT / "resolvers"
"""Where the studio's own package lies."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One zip, for one function or for two that need the same.

    Attributes:
        handlers: Modules with a `handler`, by dotted name.
        services: AWS services that it calls.
        data: Patterns of files in the studio's package that its code reads.
        excluded: Patterns of files that its libraries bring and nobody needs.
        at_most: Megabytes (10^6 bytes) of the zip.
    """

    name: str
    handlers: tuple[str, ...]
    services: tuple[str, ...]
    data: tuple[str, ...]
    excluded: tuple[str, ...]
    at_most: float

    @property
    def lock(self) -> Path:
        """The distributions that it needs, pinned with hashes."""
        return PROJECT / f"requirements-{self.name}.lock"


@dataclass(frozen=True, slots=True)
class Plan:
    """All bundles.

    Attributes:
        python: The minor version of the runtime, such as `3.13`.
    """

    python: str
    bundles: tuple[Bundle, ...]


def read_plan(path: Path = PROJECT / "bundles.toml") -> Plan:
    """The plan in a file."""
    content = tomllib.loads(path.read_text("utf-8"))
    everywhere = tuple(content["excluded"])
    bundles = (
        Bundle(
            name=name,
            handlers=tuple(one["handlers"]),
            services=tuple(one["services"]),
            data=tuple(one["data"]),
            excluded=everywhere + tuple(one.get("excluded", ())),
            at_most=one["at_most"],
        )
        for name, one in content["bundles"].items()
    )
    return Plan(content["python"], tuple(bundles))
