"""`genai-studio boards`."""

from __future__ import annotations

import asyncio

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings
from genai_studio.settings import Settings


def boards(
    *,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List your boards by name, with their IDs."""
    settings = local_settings(user=user, data_dir=data_dir)
    asyncio.run(_show_boards(settings, url=url, token=token, as_json=json))


async def _show_boards(
    settings: Settings, *, url: str | None, token: str | None, as_json: bool
) -> None:
    from genai_studio.hosts.cli.client.access import studio_access
    from genai_studio.hosts.cli.client.api_types import BoardsAnswer, decode
    from genai_studio.hosts.cli.client.studio_client import studio_client
    from genai_studio.hosts.cli.output.console import out, print_json
    from genai_studio.hosts.cli.output.terminal_text import escape_controls

    async with (
        studio_access(settings, url=url, token=token, needs_model=False) as access,
        studio_client(access) as client,
    ):
        data = await client.execute("boards", {})
    if as_json:
        print_json(data["boards"])
        return
    for board in decode(data, BoardsAnswer).boards:
        line = escape_controls(f"{board.id}  {board.name}")
        out().print(line, markup=False, highlight=False, soft_wrap=True)
