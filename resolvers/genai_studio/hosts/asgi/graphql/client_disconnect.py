"""Detection of client disconnects during a request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Receive


@asynccontextmanager
async def watch_for_disconnect(receive: Receive) -> AsyncIterator[Callable[[], bool]]:
    """Watch for a client disconnect while a request is processed.

    Read the request body first: this consumes and discards further messages.

    Watching starts with the first question, since most requests never ask.

    Yields:
        A function that returns whether the client has disconnected. The first answer
        is always no.
    """

    async def until_disconnected() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    loop = asyncio.get_running_loop()
    watcher: asyncio.Task[None] | None = None
    asked = ended = False

    def start() -> None:
        nonlocal watcher
        if not ended:
            watcher = loop.create_task(until_disconnected())

    def is_disconnected() -> bool:
        nonlocal asked
        if not asked:
            asked = True
            loop.call_soon_threadsafe(start)  # endpoints ask in threads too
        return watcher is not None and watcher.done()

    try:
        yield is_disconnected
    finally:
        ended = True
        if watcher is not None:
            watcher.cancel()
