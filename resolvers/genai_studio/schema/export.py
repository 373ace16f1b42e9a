"""The contract as text, for everybody who does not speak Python."""

from __future__ import annotations

from pathlib import Path

from genai_studio.schema.studio_schema import schema


def exported_schema() -> str:
    """The SDL as it lies in `graphql/schema.graphql`, with a newline at the end."""
    return schema.as_str() + "\n"


def export(path: Path) -> None:
    """Write the SDL to a file."""
    path.write_text(exported_schema(), encoding="utf-8", newline="\n")
