"""A generation's timeline as a table."""

from __future__ import annotations

from datetime import datetime

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.client.api_types import Timeline
from genai_studio.hosts.cli.output.terminal_text import escape_controls


def timeline_table(generation: Timeline) -> Table:
    """Create a table with one row per step: time since submit, duration and component."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("Duration", justify="right", no_wrap=True)
    table.add_column("Component", no_wrap=True)
    table.add_column("Step")
    for entry in generation.timeline:
        table.add_row(
            f"+{_milliseconds(generation.created_at, entry.at)} ms",
            "" if entry.milliseconds is None else f"{entry.milliseconds} ms",
            escape_controls(entry.component),
            Text(escape_controls(entry.step)),
        )
    return table


def timeline_summary(generation: Timeline) -> str:
    """Describe the status, the total duration and the failure of a generation."""
    if generation.finished_at is None:
        return f"{generation.status}, not finished."
    total = _milliseconds(generation.created_at, generation.finished_at)
    summary = f"{generation.status} after {total} ms."
    if generation.failure is None:
        return summary
    return f"{summary} {generation.failure.message} ({generation.failure.code})"


def _milliseconds(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)
