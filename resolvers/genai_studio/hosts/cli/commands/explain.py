"""`genai-studio explain`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings
from genai_studio.settings import Settings


def explain(
    generation_id: Annotated[str, Parameter(name="ID", help="ID of one of your generations.")],
    /,
    *,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show the timeline of a generation: each step with its duration and component."""
    settings = local_settings(user=user, data_dir=data_dir)
    asyncio.run(_show_timeline(settings, generation_id, url=url, token=token, as_json=json))


async def _show_timeline(
    settings: Settings, generation_id: str, *, url: str | None, token: str | None, as_json: bool
) -> None:
    from rich.text import Text

    from genai_studio.hosts.cli.client.access import studio_access
    from genai_studio.hosts.cli.client.api_types import TimelineAnswer, decode
    from genai_studio.hosts.cli.client.studio_client import studio_client
    from genai_studio.hosts.cli.output.console import out, print_json
    from genai_studio.hosts.cli.output.failures import CommandFailed
    from genai_studio.hosts.cli.output.terminal_text import escape_controls
    from genai_studio.hosts.cli.output.timeline_table import timeline_summary, timeline_table

    async with (
        studio_access(settings, url=url, token=token, needs_model=False) as access,
        studio_client(access) as client,
    ):
        data = await client.execute("generationTimeline", {"id": generation_id})
    generation = decode(data, TimelineAnswer).generation
    if generation is None:
        raise CommandFailed(f"Generation {generation_id} not found.")
    if as_json:
        print_json(data["generation"])
        return
    console = out()
    heading = f"{generation.prompt}  ({generation.model})"
    console.print(Text(escape_controls(heading), style="bold"))
    console.print(timeline_table(generation))
    console.print(Text(escape_controls(timeline_summary(generation))))
