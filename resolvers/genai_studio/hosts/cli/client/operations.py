"""The GraphQL operations, read from the files that all clients share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from genai_studio.hosts.cli.output.failures import CommandFailed

_PACKAGE = Path(__file__).parents[3]

# A wheel contains the operations; in a checkout they are outside the package.
_DIRECTORIES = (
    _PACKAGE / "graphql_contract" / "operations",
    _PACKAGE.parents[1] / "graphql" / "operations",
)


@cache
def operation(name: str) -> str:
    """Return the document of `graphql/operations/{name}.graphql`."""
    for directory in _DIRECTORIES:
        file = directory / f"{name}.graphql"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise CommandFailed(
        f"The operation {name} is missing. The installation is incomplete; reinstall genai-studio."
    )
