"""Detect client disconnects."""

from __future__ import annotations

import anyio
from starlette.types import Receive


async def wait_for_disconnect(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel `scope` when the client closes its connection.

    Read the request body before you call this function.
    """
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
