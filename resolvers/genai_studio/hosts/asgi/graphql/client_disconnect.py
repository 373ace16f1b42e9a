"""Notices when whoever asked no longer waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Receive


@asynccontextmanager
async def client_disconnect(receive: Receive) -> AsyncIterator[Callable[[], bool]]:
    """Listen, beside the work on a request, for its client to hang up.

    Begin when the request has been read whole: what still comes is thrown away.

    Yields:
        Answers whether the client has gone.
    """

    async def until_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    listening = asyncio.create_task(until_gone())
    try:
        yield listening.done
    finally:
        listening.cancel()
