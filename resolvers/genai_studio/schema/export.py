"""Export of the schema as SDL."""

from __future__ import annotations

from pathlib import Path

from genai_studio.schema.studio_schema import studio_schema


def exported_schema() -> str:
    """Return the SDL as committed in `graphql/schema.graphql`, with a final newline."""
    return studio_schema.as_str() + "\n"


def export(path: Path) -> None:
    """Write the SDL to a file."""
    path.write_text(exported_schema(), encoding="utf-8", newline="\n")
