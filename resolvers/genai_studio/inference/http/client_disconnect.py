"""Noticing that the caller hung up."""

from __future__ import annotations

import anyio
from starlette.types import Receive


async def wait_for_disconnect(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel `scope` when the client closes its connection.

    The request's body must have been read before.
    """
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
