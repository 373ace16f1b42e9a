"""`genai-studio explain`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings


def explain(
    generation_id: Annotated[str, Parameter(name="ID", help="Id of one of your generations.")],
    /,
    *,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show what was done for one generation: each step, its milliseconds, and who did it."""
    from genai_studio.hosts.cli.output.timeline_table import show_timeline

    settings = local_settings(user=user, data_dir=data_dir)
    asyncio.run(show_timeline(settings, generation_id, url=url, token=token, as_json=json))
