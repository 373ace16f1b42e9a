"""Serve the host names of AWS on loopback: TLS that routes by host, and an HTTP proxy to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.hosts.asgi.uvicorn_server import served


@dataclass(frozen=True)
class Front:
    """The addresses of the front.

    Attributes:
        port: TLS port, for Chromium's `--host-resolver-rules`.
        proxy: URL of the HTTP proxy, for `HTTPS_PROXY`.
        authority: PEM file of the certificate authority.
        unknown: Requested hosts that no app serves.
    """

    port: int
    proxy: str
    authority: Path
    unknown: set[str]


@asynccontextmanager
async def front(apps: Mapping[str, ASGIApp], directory: Path) -> AsyncIterator[Front]:
    """Serve apps by host name until the block ends."""
    authority = trustme.CA()
    certificate = authority.issue_cert(*apps)
    files = {name: directory / f"front-{name}.pem" for name in ("authority", "key", "chain")}
    authority.cert_pem.write_to_path(files["authority"])
    certificate.private_key_pem.write_to_path(files["key"])
    for number, part in enumerate(certificate.cert_chain_pems):
        part.write_to_path(files["chain"], append=number > 0)
    unknown: set[str] = set()

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope["headers"])[b"host"].decode()
        app = apps.get(host)
        if app is None:
            unknown.add(host)
            app = PlainTextResponse(f"No emulator serves {host}.", 421)
        await app(scope, receive, send)

    async with served(route, ssl_keyfile=files["key"], ssl_certfile=files["chain"]) as address:
        port = int(address.rpartition(":")[2])
        async with _connect_proxy(port) as proxy:
            yield Front(port, proxy, files["authority"], unknown)


def realtime(appsync: ASGIApp, host: str) -> ASGIApp:
    """Serve AppSync's realtime host, which an emulator serves below the path of the API.

    Args:
        host: Host name of the API, which clients sign in for.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (name, host.encode() if name == b"host" else value) for name, value in scope["headers"]
        ]
        path = f"{scope['path']}/realtime"
        changed = {"path": path, "raw_path": path.encode(), "headers": headers}
        await appsync({**scope, **changed}, receive, send)

    return app


@asynccontextmanager
async def _connect_proxy(port: int) -> AsyncIterator[str]:
    """Forward every CONNECT request to a port of this machine."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(
            _copy(reader, upstream_writer), _copy(upstream_reader, writer), return_exceptions=True
        )

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
