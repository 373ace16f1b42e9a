"""Read the content of each bundle from `bundles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
ROOT = PROJECT.parents[1]
PACKAGES = ROOT / "resolvers"
"""Directory that contains the studio's package."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One zip archive, for one function or for two with the same dependencies.

    Attributes:
        handlers: Modules with a `handler`, by dotted name.
        services: AWS services that the code calls.
        data: Patterns of data files in the studio's package.
        operations: Whether it contains the clients' GraphQL operations.
        excluded: Patterns of library files to leave out.
        max_megabytes: Size limit of the archive in megabytes (10^6 bytes).
    """

    name: str
    handlers: tuple[str, ...]
    services: tuple[str, ...]
    data: tuple[str, ...]
    operations: bool
    excluded: tuple[str, ...]
    max_megabytes: float

    @property
    def lock(self) -> Path:
        """Path of the lock file with the pinned distributions and their hashes."""
        return PROJECT / f"requirements-{self.name}.lock"


@dataclass(frozen=True, slots=True)
class Plan:
    """All bundles.

    Attributes:
        python: Python version of the Lambda runtime, such as `3.13`.
    """

    python: str
    bundles: tuple[Bundle, ...]


def read_plan(path: Path = PROJECT / "bundles.toml") -> Plan:
    """Read the plan from a TOML file."""
    content = tomllib.loads(path.read_text("utf-8"))
    everywhere = tuple(content["excluded"])
    bundles = (
        Bundle(
            name=name,
            handlers=tuple(one["handlers"]),
            services=tuple(one["services"]),
            data=tuple(one["data"]),
            operations=one.get("operations", False),
            excluded=everywhere + tuple(one.get("excluded", ())),
            max_megabytes=one["max_megabytes"],
        )
        for name, one in content["bundles"].items()
    )
    return Plan(content["python"], tuple(bundles))
