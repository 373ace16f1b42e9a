"""A uvicorn server that accepts connections only within its limits."""

from __future__ import annotations

import asyncio
import logging
import socket

import uvicorn

from genai_studio.http_server.connections import ConnectionTable
from genai_studio.http_server.limits import ConnectionLimits
from genai_studio.http_server.protocol import LimitedHttp, LimitedWebSocket

_log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.1
_LOG_INTERVAL_SECONDS = 60.0


class LimitedServer(uvicorn.Server):
    """Serve an ASGI application on given sockets.

    asyncio accepts connections until the process has no file descriptors left, and
    then logs every failure. This server closes a connection that waits for its client
    before it accepts another.

    Args:
        config: Its `http` and `ws` protocols are replaced.
        limits: Limits on connections and times.
    """

    def __init__(self, config: uvicorn.Config, limits: ConnectionLimits) -> None:
        config.ws = LimitedWebSocket
        super().__init__(config)
        self._limits = limits
        self.table = ConnectionTable(limits)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server.startup`."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise SystemExit(3)
        self.servers = [_Acceptor(self, listener) for listener in sockets or ()]  # type: ignore[misc]  # only `close` and `wait_closed` are used
        self.started = True

    async def adopt(self, client: socket.socket, address: str) -> None:
        """Serve an accepted socket, or close it if every connection is in use."""
        connection = self.table.open(address)
        if connection is None:
            client.close()
            return

        def protocol() -> asyncio.Protocol:
            return LimitedHttp(
                connection, self._limits, self.config, self.server_state, self.lifespan.state
            )

        try:
            await asyncio.get_running_loop().connect_accepted_socket(protocol, client)
        except OSError:
            connection.close()
            client.close()


class _Acceptor:
    """Accepts the connections of one listening socket."""

    def __init__(self, server: LimitedServer, listener: socket.socket) -> None:
        self._server = server
        self._listener = listener
        self._logged_at = -_LOG_INTERVAL_SECONDS
        listener.setblocking(False)
        self._task = asyncio.create_task(self._accept())

    def close(self) -> None:
        """Stop accepting connections."""
        self._task.cancel()

    async def wait_closed(self) -> None:
        """Wait until the acceptor has stopped."""
        await asyncio.wait([self._task])

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, address = await loop.sock_accept(self._listener)
            except OSError as error:
                await self._recover(error)
                continue
            await self._server.adopt(client, _host(address))
            # A full backlog never makes `sock_accept` wait.
            await asyncio.sleep(0)

    async def _recover(self, error: OSError) -> None:
        """Close a waiting connection to free its file descriptor, then pause."""
        evicted = self._server.table.evict()
        now = asyncio.get_running_loop().time()
        if now - self._logged_at >= _LOG_INTERVAL_SECONDS:
            self._logged_at = now
            _log.warning("A connection was not accepted: %s.", error.strerror)
        await asyncio.sleep(0 if evicted else _PAUSE_SECONDS)


def _host(address: object) -> str:
    return str(address[0]) if isinstance(address, tuple) else ""
