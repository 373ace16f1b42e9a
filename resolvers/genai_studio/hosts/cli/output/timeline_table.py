"""One generation's timeline as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.client.access import studio_access
from genai_studio.hosts.cli.client.studio_client import studio_client
from genai_studio.hosts.cli.output.console import out, print_json
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.settings import Settings


async def show_timeline(
    settings: Settings,
    generation_id: str,
    *,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    """Print what was done for one generation of the caller's.

    Raises:
        CommandFailed: There is no such generation, or the studio cannot be asked.
    """
    async with (
        studio_access(settings, url=url, token=token, draws=False) as access,
        studio_client(access) as client,
    ):
        data = await client.execute("generationTimeline", {"id": generation_id})
    generation = data["generation"]
    if generation is None:
        raise CommandFailed(f"You have no generation {generation_id}.")
    if as_json:
        print_json(generation)
        return
    console = out()
    console.print(Text(f"{generation['prompt']}  ({generation['model']})", style="bold"))
    console.print(timeline_table(generation))
    console.print(Text(_ending(generation)))


def timeline_table(generation: dict[str, Any]) -> Table:
    """Each step: when it ended, counted from acceptance, how long it took, who did it."""
    began = datetime.fromisoformat(generation["createdAt"])
    table = Table(box=None, pad_edge=False)
    table.add_column("At", justify="right", no_wrap=True)
    table.add_column("Took", justify="right", no_wrap=True)
    table.add_column("Component", no_wrap=True)
    table.add_column("Step")
    for entry in generation["timeline"]:
        at = _milliseconds(began, datetime.fromisoformat(entry["at"]))
        took = entry["milliseconds"]
        table.add_row(
            f"+{at} ms",
            "" if took is None else f"{took} ms",
            entry["component"],
            Text(entry["step"]),
        )
    return table


def _ending(generation: dict[str, Any]) -> str:
    if generation["finishedAt"] is None:
        return f"{generation['status']}, not finished yet."
    began = datetime.fromisoformat(generation["createdAt"])
    total = _milliseconds(began, datetime.fromisoformat(generation["finishedAt"]))
    failure = generation["failure"]
    reason = "" if failure is None else f" {failure['message']} ({failure['code']})"
    return f"{generation['status']} after {total} ms in all.{reason}"


def _milliseconds(began: datetime, ended: datetime) -> int:
    return round((ended - began).total_seconds() * 1000)
