"""`genai-studio history` and `genai-studio boards`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings
from genai_studio.settings import Settings

Status = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED"]


def history(
    *,
    search: Annotated[
        str | None, Parameter(help="Only generations whose prompt contains these words.")
    ] = None,
    board: Annotated[str | None, Parameter(help="Only generations on the board NAME.")] = None,
    favorite: Annotated[bool, Parameter(help="Only favorites.", negative="")] = False,
    status: Annotated[
        list[Status] | None, Parameter(help="Only generations with this status; repeatable.")
    ] = None,
    model: Annotated[str | None, Parameter(help="Only generations of this model ID.")] = None,
    trashed: Annotated[
        bool, Parameter(help="List the trash instead of the history.", negative="")
    ] = False,
    first: Annotated[int, Parameter(help="Maximum number of generations.")] = 20,
    after: Annotated[
        str | None, Parameter(help="Continue after this cursor, printed below the previous page.")
    ] = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List your generations, newest first."""
    settings = local_settings(user=user, data_dir=data_dir)
    filters = {
        "text": search,
        "favorite": favorite or None,
        "statuses": status,
        "model": model,
        "trashed": trashed or None,
    }
    filters = {name: value for name, value in filters.items() if value is not None}
    variables = {"first": first, "after": after, "filter": filters or None}
    asyncio.run(_show_history(settings, variables, board, url=url, token=token, as_json=json))


def boards(
    *, url: Url = None, token: Token = None, user: User = None, data_dir: DataDir = None
) -> None:
    """List your boards by name, with their IDs."""
    settings = local_settings(user=user, data_dir=data_dir)
    asyncio.run(_show_boards(settings, url=url, token=token))


async def _show_history(
    settings: Settings,
    variables: dict[str, Any],
    board: str | None,
    *,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    from genai_studio.hosts.cli.client.access import studio_access
    from genai_studio.hosts.cli.client.api_types import BoardsAnswer, HistoryAnswer, decode
    from genai_studio.hosts.cli.client.studio_client import studio_client
    from genai_studio.hosts.cli.output.console import err, out, print_json
    from genai_studio.hosts.cli.output.failures import CommandFailed
    from genai_studio.hosts.cli.output.history_table import WIDE, history_table
    from genai_studio.hosts.cli.output.terminal_text import escape_controls

    async with (
        studio_access(settings, url=url, token=token, needs_model=False) as access,
        studio_client(access) as client,
    ):
        if board is not None:
            found = decode(await client.execute("boards", {}), BoardsAnswer).boards
            ids = [one.id for one in found if one.name.casefold() == board.strip().casefold()]
            if not ids:
                raise CommandFailed(f"No board “{board}”. `genai-studio boards` lists your boards.")
            variables["filter"] = {**(variables["filter"] or {}), "board": ids[0]}
        data = await client.execute("generations", variables)
    if as_json:
        print_json(data["generations"])
        return
    page = decode(data, HistoryAnswer).generations
    if not page.edges:
        err().print("No generations found.")
        return
    console = out()
    generations = [edge.node for edge in page.edges]
    console.print(history_table(generations, wide=console.width >= WIDE))
    if page.page_info.has_next_page:
        note = f"Next page: --after {escape_controls(str(page.page_info.end_cursor))}"
        err().print(note, markup=False, soft_wrap=True)


async def _show_boards(settings: Settings, *, url: str | None, token: str | None) -> None:
    from genai_studio.hosts.cli.client.access import studio_access
    from genai_studio.hosts.cli.client.api_types import BoardsAnswer, decode
    from genai_studio.hosts.cli.client.studio_client import studio_client
    from genai_studio.hosts.cli.output.console import out
    from genai_studio.hosts.cli.output.terminal_text import escape_controls

    async with (
        studio_access(settings, url=url, token=token, needs_model=False) as access,
        studio_client(access) as client,
    ):
        data = await client.execute("boards", {})
    for board in decode(data, BoardsAnswer).boards:
        line = escape_controls(f"{board.id}  {board.name}")
        out().print(line, markup=False, highlight=False, soft_wrap=True)
