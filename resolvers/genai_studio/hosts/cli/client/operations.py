"""The GraphQL operations of the command line."""

from __future__ import annotations

from functools import cache

from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.shared_operations import shared_operations


@cache
def operation(name: str) -> str:
    """Return the document of `graphql/operations/{name}.graphql`."""
    document = shared_operations().get(name)
    if document is None:
        raise CommandFailed(
            f"The operation {name} is missing. The installation is incomplete; "
            "reinstall genai-studio."
        )
    return document
