"""A page of history as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.client.access import studio_access
from genai_studio.hosts.cli.client.studio_client import studio_client
from genai_studio.hosts.cli.output.console import err, out, print_json
from genai_studio.settings import Settings

WIDE = 120
"""Columns of the terminal from which on every column of the table is shown."""

_STYLES = {"SUCCEEDED": "green", "FAILED": "red", "RUNNING": "cyan", "CANCELED": "dim"}


async def show_history(
    settings: Settings,
    variables: dict[str, Any],
    *,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    """Print one page of the caller's history.

    Raises:
        CommandFailed: The studio cannot be asked, or refused.
    """
    async with (
        studio_access(settings, url=url, token=token, draws=False) as access,
        studio_client(access) as client,
    ):
        page = (await client.execute("generations", variables))["generations"]
    if as_json:
        print_json(page)
        return
    generations = [edge["node"] for edge in page["edges"]]
    if not generations:
        err().print("Nothing here.")
        return
    console = out()
    console.print(history_table(generations, wide=console.width >= WIDE))
    if page["pageInfo"]["hasNextPage"]:
        cursor = page["pageInfo"]["endCursor"]
        err().print(f"There is more: --after {cursor}", markup=False, soft_wrap=True)


def history_table(generations: list[dict[str, Any]], *, wide: bool) -> Table:
    """One row for each generation; ids are never cut, since they are for copying."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Id", no_wrap=True, min_width=36)
    table.add_column("Status", no_wrap=True, min_width=9)
    table.add_column("Prompt", no_wrap=True, overflow="ellipsis", ratio=1)
    if wide:
        for title in ("When", "Model", "Size", "Seed"):
            table.add_column(title, no_wrap=True)
    for generation in generations:
        status: str = generation["status"]
        mark = "★ " if generation["favorite"] else ""
        cells: list[str | Text] = [
            generation["id"],
            Text(status, style=_STYLES.get(status, "")),
            Text(mark + " ".join(generation["prompt"].split())),
        ]
        if wide:
            cells += [
                _local_time(generation["createdAt"]),
                Text(generation["model"]),
                f"{generation['width']}×{generation['height']}",
                str(generation["seed"]),
            ]
        table.add_row(*cells)
    return table


def _local_time(text: str) -> str:
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
