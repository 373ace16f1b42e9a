"""An in-memory WebSocket to an ASGI app, for tests with a manual clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message

PATIENCE_SECONDS = 10


class Closed(Exception):
    """The server closed the connection or rejected the handshake (403)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class AsgiWebSocket:
    """The client side of the connection.

    Attributes:
        subprotocol: The subprotocol that the server selected.
    """

    def __init__(self) -> None:
        self.subprotocol: str | None = None
        self.blocked = asyncio.Event()
        self._may_take = asyncio.Event()
        self._may_take.set()
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._from_server: asyncio.Queue[Message] = asyncio.Queue()

    def send_text(self, text: str) -> None:
        self._to_server.put_nowait({"type": "websocket.receive", "text": text, "bytes": None})

    def send_bytes(self, data: bytes) -> None:
        self._to_server.put_nowait({"type": "websocket.receive", "text": None, "bytes": data})

    def send(self, message: object) -> None:
        self.send_text(json.dumps(message))

    def hang_up(self) -> None:
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})

    def stop_reading(self) -> None:
        """Block the server's `send`, as full buffers do."""
        self._may_take.clear()

    def read_on(self) -> None:
        self._may_take.set()

    async def receive(self) -> Any:
        """Return the next message.

        Raises:
            Closed: The connection is closed.
        """
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._from_server.get()
        if message["type"] == "websocket.close":
            raise Closed(message.get("code", 1000), message.get("reason") or "")
        return json.loads(message["text"])

    async def closed(self) -> Closed:
        """Wait for the close and return it; drop earlier messages."""
        while True:
            try:
                await self.receive()
            except Closed as closed:
                return closed

    async def init(self, token: str) -> None:
        self.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        assert await self.receive() == {"type": "connection_ack"}

    async def _receive(self) -> Message:
        return await self._to_server.get()

    async def _send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.subprotocol = message.get("subprotocol")
            return
        if not self._may_take.is_set() and message["type"] == "websocket.send":
            self.blocked.set()
            await self._may_take.wait()
        self._from_server.put_nowait(message)


@asynccontextmanager
async def asgi_websocket(
    app: ASGIApp,
    *,
    subprotocols: Sequence[str] = ("graphql-transport-ws",),
    headers: Mapping[str, str] | None = None,
    path: str = "/graphql",
) -> AsyncIterator[AsgiWebSocket]:
    """Open a WebSocket; at the end disconnect and wait for the app to finish."""
    all_headers = {"host": "localhost:8000"} | dict(headers or {})
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 8000),
        "subprotocols": list(subprotocols),
        "state": {},
        "extensions": {},
    }
    client = AsgiWebSocket()
    client._to_server.put_nowait({"type": "websocket.connect"})
    serving = asyncio.ensure_future(app(scope, client._receive, client._send))
    try:
        yield client
    finally:
        client.read_on()
        client.hang_up()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await serving
