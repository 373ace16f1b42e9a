"""Requests with a foreign Host header are rejected (DNS rebinding)."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from genai_studio.hosts.local.server import local_server
from genai_studio.settings import Settings
from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.asgi_websocket import asgi_websocket

pytestmark = pytest.mark.anyio

GOOD = [
    "localhost",
    "localhost:8000",
    "LOCALHOST:1",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8000",
    "studio.lan",
    "studio.lan:8443",
    "other.lan:9000",
]

BAD = [
    "",
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example#localhost",
    "localhost@evil.example",
    "127.0.0.2",
    "0.0.0.0:8000",
    "2130706433",
    "[::]",
    "[::2]:8000",
    "::1",
    "other.lan",
    "other.lan:9001",
    "localhost:80:80",
    "localhost:http",
    "xlocalhost",
    "localhost, evil.example",
]

PATHS = ["/", "/graphql", "/healthz", "/graphiql", "/amplify_outputs.json", "/images/x"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = an_app(allowed_hosts=("Studio.lan", "other.lan:9000"))
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("host", GOOD)
async def test_accepts_allowed_hosts(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", BAD)
async def test_rejects_other_hosts(client: httpx.AsyncClient, host: str) -> None:
    for path in PATHS:
        answer = await client.get(
            path, headers={"Host": host, "Authorization": f"Bearer {ALICES_TOKEN}"}
        )

        assert answer.status_code == 421
        assert "--allowed-host" in answer.text
        assert "evil" not in answer.text


async def test_rejects_two_host_headers(client: httpx.AsyncClient) -> None:
    headers = [("Host", "localhost"), ("Host", "evil.example")]
    assert (await client.get("/healthz", headers=headers)).status_code == 421


@pytest.mark.parametrize("host", BAD)
async def test_rejects_websocket_with_other_host(host: str) -> None:
    app = an_app(allowed_hosts=("Studio.lan", "other.lan:9000"))
    async with asgi_websocket(app.app, headers={"host": host}) as socket:
        closed = await socket.closed()

    assert socket.subprotocol is None
    assert closed.code == 1000  # before acceptance: the handshake fails with 403
    assert app.identity.verified == []


async def test_star_allows_every_host() -> None:
    app = an_app(allowed_hosts=("*",))
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://any.example") as client:
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.1 alone is set up")
async def test_accepts_the_listening_address(tmp_path: Path) -> None:
    # An external server and no workers: starts no other process.
    settings = Settings(
        host="127.0.0.2", port=0, data_dir=tmp_path, endpoint_url="http://127.0.0.1:9", workers=0
    )
    async with local_server(settings) as studio, httpx.AsyncClient(trust_env=False) as client:
        assert studio.url.startswith("http://127.0.0.2:")
        answer = await client.get(f"{studio.url}/amplify_outputs.json")
        assert answer.status_code == 200
        rejected = await client.get(studio.url, headers={"Host": "evil.example"})
        assert rejected.status_code == 421
