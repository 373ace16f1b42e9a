"""A page of history as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.client.api_types import Generation
from genai_studio.hosts.cli.output.terminal_text import escape_controls

WIDE = 120
"""Minimum terminal width for the table with all columns."""

_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "RUNNING": "cyan", "CANCELED": "dim"}


def history_table(generations: Iterable[Generation], *, wide: bool) -> Table:
    """Create a table with one row per generation. IDs are never truncated."""
    table = Table(box=None, pad_edge=False)
    table.add_column("ID", no_wrap=True, min_width=36)
    table.add_column("Status", no_wrap=True, min_width=9)
    table.add_column("Prompt", no_wrap=True, overflow="ellipsis", ratio=1)
    if wide:
        for title in ("Created", "Model", "Size", "Seed"):
            table.add_column(title, no_wrap=True)
    for generation in generations:
        mark = "★ " if generation.favorite else ""
        cells: list[str | Text] = [
            escape_controls(generation.id),
            Text(escape_controls(generation.status), style=_STYLES.get(generation.status, "")),
            Text(mark + escape_controls(" ".join(generation.prompt.split()))),
        ]
        if wide:
            cells += [
                generation.created_at.astimezone().strftime("%Y-%m-%d %H:%M"),
                Text(escape_controls(generation.model)),
                f"{generation.width}×{generation.height}",
                str(generation.seed),
            ]
        table.add_row(*cells)
    return table
