"""Clients that send or read slowly lose their connection; others keep theirs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from genai_studio.hosts.asgi.reverse_proxy import networks
from genai_studio.http_server.connections import Connection, ConnectionTable, authenticated
from genai_studio.http_server.limits import ConnectionLimits
from genai_studio.http_server.server import LimitedServer

pytestmark = pytest.mark.anyio

SHORT = ConnectionLimits(
    total=10,
    per_address=5,
    per_user=4,
    header_bytes=4_096,
    header_seconds=0.3,
    body_seconds=0.3,
    unread_body_seconds=0.3,
    write_seconds=0.3,
)
WAIT_SECONDS = 10.0


async def _echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def _fixed(request: Request) -> Response:
    if "user" in request.query_params:
        authenticated(request.scope, request.query_params["user"])
    return PlainTextResponse("ok")


async def _large(_: Request) -> Response:
    return PlainTextResponse(b"x" * 20_000_000)


async def _slow(_: Request) -> Response:
    await asyncio.sleep(1.0)
    return PlainTextResponse("done")


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


APP = Starlette(
    routes=[
        Route("/echo", _echo, methods=["POST"]),
        Route("/fixed", _fixed, methods=["GET", "POST"]),
        Route("/large", _large),
        Route("/slow", _slow),
        WebSocketRoute("/socket", _socket),
    ]
)


@asynccontextmanager
async def served(limits: ConnectionLimits) -> AsyncIterator[tuple[LimitedServer, int]]:
    config = uvicorn.Config(APP, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    config.load()
    server = LimitedServer(config, limits)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await server.startup([listener])
        try:
            yield server, listener.getsockname()[1]
        finally:
            await server.shutdown([listener])


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with served(SHORT) as (_, port):
        yield port


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """Return what the server sends until it closes the connection."""
    received = b""
    async with asyncio.timeout(WAIT_SECONDS):
        try:
            while chunk := await reader.read(65_536):
                received += chunk
        except ConnectionError:
            pass
    return received


async def trickle(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.05)


TRICKLED = {
    "nothing": b"",
    "half a request line": b"GET /fixed HTT",
    "half the headers": b"GET /fixed HTTP/1.1\r\nHost: x\r\nX-A: ",
    "a body that is read": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
    "a body that is not read": b"POST /fixed HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
    "a second request": b"GET /fixed HTTP/1.1\r\nHost: x\r\n\r\nGET /fixed HTTP/1.1\r\nX-A: ",
}


@pytest.mark.parametrize("begin", TRICKLED.values(), ids=TRICKLED.keys())
@pytest.mark.parametrize("continues", [False, True], ids=["then silent", "then a byte at a time"])
async def test_closes_connection_of_slow_sender(port: int, begin: bytes, continues: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begin)
    sending = asyncio.create_task(trickle(writer)) if begin and continues else None

    await until_closed(reader)

    if sending is not None:
        sending.cancel()
    writer.close()


async def test_responds_408_to_stalled_body(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")

    received = await until_closed(reader)

    assert received.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    writer.close()


async def test_sends_no_second_response_to_a_stalled_pipelined_body(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")

    assert b"408" not in await until_closed(reader)
    writer.close()


async def test_closes_connection_of_client_that_does_not_read() -> None:
    async with served(SHORT) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(WAIT_SECONDS):
            while len(server.table) == 0:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
            while len(server.table) > 0:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
        assert len(await until_closed(reader)) < 20_000_000
        writer.close()


async def test_keeps_connection_while_the_server_works(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert (await until_closed(reader)).endswith(b"done")
    writer.close()


async def test_keeps_connection_between_requests(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
        async with asyncio.timeout(WAIT_SECONDS):
            assert (await reader.readuntil(b"hi")).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.5)
    writer.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /fixed HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 5_000 + b"\r\n\r\n",
        b"GET /fixed?" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /fixed HTTP/1.1\r\n" + b"X-A: b\r\n" * 1_000 + b"\r\n",
        b"GET /fixed HTTP/1.1\r\nX-A: " + b"a" * 9_000,
    ],
    ids=["value", "query", "number", "unfinished"],
)
async def test_rejects_large_headers(port: int, request_bytes: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_bytes)

    assert (await until_closed(reader)).startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_serves_websockets_longer_than_the_timeouts(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/socket", proxy=None) as client:
        await asyncio.sleep(0.6)
        await client.send("hello")
        assert await client.recv() == "hello"


async def test_new_connection_replaces_the_longest_idle_one() -> None:
    patient = ConnectionLimits(total=4, header_seconds=60)
    async with served(patient) as (server, port):
        clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        user_reader, user = clients[0]
        user.write(b"GET /fixed?user=u HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(WAIT_SECONDS):
            await user_reader.readuntil(b"ok")
        newest_reader, newest = await asyncio.open_connection("127.0.0.1", port)
        newest.write(b"GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n")

        async with asyncio.timeout(WAIT_SECONDS):
            await newest_reader.readuntil(b"ok")
        assert await until_closed(clients[1][0]) == b""
        assert len(server.table) == 4
        user.write(b"GET /fixed?user=u HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(WAIT_SECONDS):
            await user_reader.readuntil(b"ok")
        for _, writer in (*clients, (newest_reader, newest)):
            writer.close()


class TestConnectionTable:
    """The choice of the connection to close."""

    def table(self) -> tuple[ConnectionTable, list[str]]:
        return ConnectionTable(SHORT), []

    def opened(
        self, table: ConnectionTable, closed: list[str], name: str, address: str
    ) -> Connection:
        connection = table.open(address)
        assert connection is not None
        connection.abort = lambda: closed.append(name)
        return connection

    def test_refuses_if_every_connection_is_in_use(self) -> None:
        table, closed = self.table()
        for number in range(SHORT.total):
            self.opened(table, closed, str(number), f"10.0.0.{number}").touch(waiting=False)

        assert table.open("10.0.0.99") is None
        assert closed == []

    def test_limits_one_address(self) -> None:
        table, closed = self.table()
        self.opened(table, closed, "other", "10.0.0.2")
        for number in range(SHORT.per_address + 1):
            self.opened(table, closed, str(number), "10.0.0.1")

        assert closed == ["0"]

    def test_loopback_is_limited_only_in_total(self) -> None:
        table, closed = self.table()
        for number in range(SHORT.total):
            self.opened(table, closed, str(number), "127.0.0.1")

        assert closed == []

    @pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1"])
    def test_trusted_proxy_is_limited_only_in_total(self, address: str) -> None:
        limits = replace(SHORT, proxies=networks(["10.0.0.1", "192.168.0.0/16"]))
        table, closed = ConnectionTable(limits), list[str]()
        for number in range(SHORT.total):
            self.opened(table, closed, str(number), address)

        assert closed == []

    def test_limits_one_user(self) -> None:
        table, closed = self.table()
        for number in range(SHORT.per_user + 1):
            connection = self.opened(table, closed, str(number), "127.0.0.1")
            connection.authenticate("u")
            connection.touch(waiting=False)

        assert closed == ["0"]
        assert len(table) == SHORT.per_user

    def test_closes_strangers_before_users(self) -> None:
        table, closed = self.table()
        self.opened(table, closed, "user", "127.0.0.1").authenticate("u")
        for number in range(SHORT.total):
            self.opened(table, closed, str(number), "127.0.0.1")

        assert closed == ["0"]

    def test_forgets_closed_connections(self) -> None:
        table, closed = self.table()
        for number in range(100):
            connection = self.opened(table, closed, str(number), "10.0.0.1")
            connection.authenticate(f"user {number}")
            connection.close()
            connection.close()

        assert len(table) == 0
        assert closed == []
