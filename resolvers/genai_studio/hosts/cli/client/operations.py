"""The contract's own operations, so that the commands send what every client sends."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from genai_studio.hosts.cli.output.failures import CommandFailed

_PACKAGE = Path(__file__).parents[3]

# In the wheel the contract is a folder of the package; in a checkout it lies beside it.
_PLACES = (
    _PACKAGE / "graphql_contract" / "operations",
    _PACKAGE.parents[1] / "graphql" / "operations",
)


@cache
def operation(name: str) -> str:
    """The document of `graphql/operations/{name}.graphql`."""
    for place in _PLACES:
        file = place / f"{name}.graphql"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise CommandFailed(f"The operation {name} is missing: this installation is not complete.")
