"""Detection of client disconnects during a request."""

from __future__ import annotations

import asyncio

from starlette.types import Receive


class DisconnectWatch:
    """Watch for a client disconnect while a request is processed.

    Create it after reading the request body: it consumes and discards further messages.
    Call `close` when the request has been processed.

    Watching starts with the first question, since most requests never ask.
    """

    __slots__ = ("_asked", "_closed", "_loop", "_receive", "_watcher")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._watcher: asyncio.Task[None] | None = None
        self._asked = self._closed = False

    def is_disconnected(self) -> bool:
        """Return whether the client has disconnected. The first answer is always no."""
        if not self._asked:
            self._asked = True
            self._loop.call_soon_threadsafe(self._start)  # endpoints ask in threads too
        return self._watcher is not None and self._watcher.done()

    def close(self) -> None:
        """Stop watching."""
        self._closed = True
        if self._watcher is not None:
            self._watcher.cancel()

    def _start(self) -> None:
        if not self._closed:
            self._watcher = self._loop.create_task(self._until_disconnected())

    async def _until_disconnected(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
