"""`genai-studio schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.output.console import print_plain


def schema(
    *,
    out: Annotated[
        Path | None, Parameter(help="Write to this file instead of standard output.")
    ] = None,
) -> None:
    """Print the GraphQL schema in SDL."""
    from genai_studio.schema.export import exported_schema

    text = exported_schema()
    if out is None:
        for line in text.splitlines():
            print_plain(line)
        return
    out.write_text(text, encoding="utf-8", newline="\n")
