"""`genai-studio history`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings

Status = Literal["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED"]


def history(
    *,
    search: Annotated[str | None, Parameter(help="Words of the prompt.")] = None,
    favorite: Annotated[
        bool, Parameter(help="Only those marked as favorite.", negative="")
    ] = False,
    status: Annotated[
        list[Status] | None, Parameter(help="Only those in this state; repeatable.")
    ] = None,
    model: Annotated[str | None, Parameter(help="Only those of this model.")] = None,
    trashed: Annotated[bool, Parameter(help="What lies in the trash.", negative="")] = False,
    first: Annotated[int, Parameter(help="At most so many.")] = 20,
    after: Annotated[
        str | None, Parameter(help="Go on after this cursor, the page before's last word.")
    ] = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List your generations, newest first."""
    from genai_studio.hosts.cli.output.history_table import show_history

    settings = local_settings(user=user, data_dir=data_dir)
    filters = {
        "text": search,
        "favorite": favorite or None,
        "statuses": status,
        "model": model,
        "trashed": trashed or None,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    variables = {"first": first, "after": after, "filter": given or None}
    asyncio.run(show_history(settings, variables, url=url, token=token, as_json=json))
