"""HTTP and WebSocket protocols of uvicorn that limit the time to wait for a client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from genai_studio.http_server.connections import STATE, Connection
from genai_studio.http_server.limits import ConnectionLimits

# uvicorn logs a warning for each malformed request, which clients can send by the million.
_log = logging.getLogger("uvicorn.error.connection")
_log.setLevel(logging.ERROR)


class LimitedHttp(HttpToolsProtocol):
    """Close connections whose client sends or reads too slowly.

    Args:
        connection: Its entry in the connection table.
        limits: Sizes and times.
    """

    def __init__(
        self,
        connection: Connection,
        limits: ConnectionLimits,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        # The application finds the connection in the state of each scope.
        super().__init__(config, server_state, app_state | {STATE: connection}, _loop)
        self.logger = _log
        self._connection = connection
        self._limits = limits
        self._read_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._in_headers = False
        self._in_body = False
        self._upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol.connection_made`."""
        super().connection_made(transport)
        self._connection.abort = transport.abort
        self._start_read_timer(self._limits.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol.connection_lost`."""
        self._cancel_read_timer()
        self._cancel_write_timer()
        self._connection.close()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol.data_received`."""
        super().data_received(data)
        if self.transport.is_closing() or self._upgraded:
            return
        if self._in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > self._limits.header_bytes:
                self._refuse_headers()
                return
            if self._read_timer is None:
                self._start_read_timer(self._limits.header_seconds)
        self._update()

    def on_message_begin(self) -> None:
        """See `HttpToolsProtocol`."""
        super().on_message_begin()
        self._in_headers = True
        self._header_bytes = 0

    def on_headers_complete(self) -> None:
        """See `HttpToolsProtocol`."""
        self._in_headers = False
        self._in_body = True
        self._cancel_read_timer()
        self._start_read_timer(self._limits.body_seconds, self._refuse_body)
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        self.app = (
            self.config.loaded_app if size <= self._limits.header_bytes else _headers_too_large
        )
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """See `HttpToolsProtocol`."""
        self._in_body = False
        self._cancel_read_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """See `HttpToolsProtocol`."""
        super().on_response_complete()
        if self._in_body and not self.pipeline:
            # Read the rest of the body for a moment: closing at once could discard the
            # response before the client reads it.
            self._cancel_read_timer()
            self._start_read_timer(self._limits.unread_body_seconds)
        self._update()

    def handle_websocket_upgrade(self) -> None:
        """See `HttpToolsProtocol`."""
        self._cancel_read_timer()
        self._cancel_write_timer()
        if self.app is _headers_too_large:
            self._refuse_headers()
            return
        self._upgraded = True
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """See `asyncio.Protocol.pause_writing`."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self._limits.write_seconds, self._connection_abort)
        self._connection.touch(waiting=True)

    def resume_writing(self) -> None:
        """See `asyncio.Protocol.resume_writing`."""
        super().resume_writing()
        self._cancel_write_timer()
        self._update()

    def _update(self) -> None:
        # uvicorn declares the cycle without None, which it is until the first request.
        idle = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        self._connection.touch(waiting=idle or self._in_body or self._write_timer is not None)

    def _refuse_headers(self) -> None:
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _refuse_body(self) -> None:
        """Respond to a client that sends its body too slowly, unless another response has begun."""
        if self.cycle.response_started or self.pipeline:
            self.transport.abort()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        self.transport.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        self.transport.close()

    def _start_read_timer(self, seconds: float, end: Callable[[], None] | None = None) -> None:
        self._read_timer = self.loop.call_later(seconds, end or self._connection_abort)

    def _cancel_read_timer(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _cancel_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _connection_abort(self) -> None:
        self.transport.abort()


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """Keep the entry of an upgraded connection up to date."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        connection = app_state.get(STATE)
        self._connection = connection if isinstance(connection, Connection) else None

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol.connection_lost`."""
        if self._connection is not None:
            self._connection.close()
        super().connection_lost(exc)


async def _headers_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse(
        "The request line and the headers are too large.\n",
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        {"Connection": "close"},
    )
    await response(scope, receive, send)
