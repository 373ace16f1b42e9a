"""Find the GraphQL operations that all clients share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]

# Wheels and Lambda bundles contain the operations; in a checkout they are outside the package.
_DIRECTORIES = (
    _PACKAGE / "graphql_contract" / "operations",
    _PACKAGE.parents[1] / "graphql" / "operations",
)


def shared_operations() -> Mapping[str, str]:
    """Return the documents of `graphql/operations` by name; empty if they are missing."""
    for directory in _DIRECTORIES:
        if files := sorted(directory.glob("*.graphql")):
            return {file.stem: file.read_text(encoding="utf-8") for file in files}
    return {}
