"""The host behind a reverse proxy: forwarded headers, trusted addresses, a base path."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.asgi.base_url import base_url
from genai_studio.hosts.asgi.reverse_proxy import ForwardedHeaders
from genai_studio.hosts.local.server import RunningStudio, local_server
from genai_studio.settings import read_settings
from tests.fakes.app import an_app
from tests.hosts.asgi.reverse_proxy import reverse_proxy

pytestmark = pytest.mark.anyio

IMAGE = 'mutation { generateImage(input: {prompt: "a red apple", steps: 1}) { generation { id } } }'
LINKS = "{ generations(first: 1) { edges { node { status images { url downloadUrl } } } } }"


async def seen(trusted: tuple[str, ...], client: str, **headers: str) -> tuple[str, str]:
    """Return base URL and client address that the application sees."""
    found: list[tuple[str, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        assert connection.client is not None
        found.append((base_url(scope), connection.client.host))

    names = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(b"host", b"inner:8000")]
    raw += [(name.encode(), value.encode()) for name, value in names.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": raw,
        "server": ("inner", 8000),
        "client": (client, 1234),
    }
    await ForwardedHeaders(app, trusted=trusted)(scope, None, None)  # type: ignore[arg-type]
    return found[0]


FORWARDED = {
    "x_forwarded_proto": "https",
    "x_forwarded_host": "studio.example",
    "x_forwarded_for": "203.0.113.9",
}


@pytest.mark.parametrize(
    ("trusted", "client"),
    [
        (("10.0.0.1",), "10.0.0.1"),
        (("10.0.0.0/8", "127.0.0.1"), "10.9.9.9"),
        (("::1",), "::1"),
        (("10.0.0.0/8",), "::ffff:10.0.0.1"),
    ],
)
async def test_trusted_proxy_sets_protocol_host_and_client(
    trusted: tuple[str, ...], client: str
) -> None:
    assert await seen(trusted, client, **FORWARDED) == ("https://studio.example", "203.0.113.9")


@pytest.mark.parametrize("client", ["10.0.0.2", "203.0.113.9", "::1", "testclient"])
async def test_headers_of_other_addresses_are_ignored(client: str) -> None:
    assert await seen(("10.0.0.1",), client, **FORWARDED) == ("http://inner:8000", client)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_forwarded_proto": "http, https"}, ("https://inner:8000", "10.0.0.1")),
        ({"x_forwarded_proto": "javascript"}, ("http://inner:8000", "10.0.0.1")),
        ({"x_forwarded_host": "evil.example, good.example"}, ("http://good.example", "10.0.0.1")),
        # The client wrote the first address, and the trusted proxy the last one.
        ({"x_forwarded_for": "10.0.0.7, 203.0.113.9"}, ("http://inner:8000", "203.0.113.9")),
        ({"x_forwarded_for": "203.0.113.9, 10.0.0.1"}, ("http://inner:8000", "203.0.113.9")),
        ({"x_forwarded_for": "unknown"}, ("http://inner:8000", "10.0.0.1")),
        ({}, ("http://inner:8000", "10.0.0.1")),
    ],
)
async def test_values_of_the_nearest_proxy_count(
    headers: dict[str, str], expected: tuple[str, str]
) -> None:
    assert await seen(("10.0.0.1",), "10.0.0.1", **headers) == expected


async def test_forwarded_host_must_be_allowed() -> None:
    app = an_app(trusted_proxies=("127.0.0.1",), allowed_hosts=("studio.example",))
    transport = httpx.ASGITransport(app.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        good = await client.get("/healthz", headers={"x-forwarded-host": "studio.example"})
        bad = await client.get("/healthz", headers={"x-forwarded-host": "evil.example"})

    assert (good.status_code, bad.status_code) == (200, 421)


def test_invalid_proxy_address_is_rejected() -> None:
    with pytest.raises(StudioUnavailable, match="trusted_proxies"):
        ForwardedHeaders(an_app().app, trusted=("proxy.example",))


@pytest.mark.parametrize("value", ["studio", "/studio/", "/a b", "/", "//x", '/x"y'])
def test_invalid_base_path_is_rejected(value: str) -> None:
    with pytest.raises(StudioUnavailable, match="GENAI_STUDIO_BASE_PATH"):
        read_settings({"GENAI_STUDIO_BASE_PATH": value})


async def test_page_is_served_under_base_path(tmp_path: Path) -> None:
    page = '<meta name="studio-base" content="/"><script src="/assets/a.js"></script>'
    for name in ("index.html", "graphiql.html"):
        (tmp_path / name).write_text(page)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("1")
    app = an_app(web_dir=tmp_path, base_path="/studio")
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in ("/studio/", "/", "/studio/graphiql", "/graphiql"):
            answer = await client.get(path)
            assert 'content="/studio/"' in answer.text
            assert 'src="/studio/assets/a.js"' in answer.text
            assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert (await client.get("/studio/assets/a.js")).text == "1"
        assert (await client.get("/studio/healthz")).status_code == 200
        moved = await client.get("/studio")
        assert (moved.status_code, moved.headers["location"]) == (307, "/studio/")
        outputs = (await client.get("/studio/amplify_outputs.json")).json()
        assert outputs["custom"]["studio"]["graphqlUrl"] == "/studio/graphql"


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[RunningStudio]:
    settings = read_settings(
        {},
        port=0,
        data_dir=tmp_path / "data",
        base_path="/studio",
        trusted_proxies=("127.0.0.1",),
    )
    async with local_server(settings) as running:
        yield running


@pytest.mark.parametrize("strip", [False, True], ids=["passes prefix", "removes prefix"])
async def test_links_and_websocket_work_behind_tls(
    studio: RunningStudio, tmp_path: Path, strip: bool
) -> None:
    tls = tmp_path / "tls"
    with reverse_proxy(
        studio.url.removeprefix("http://"), prefix="/studio", strip=strip, tls=tls
    ) as port:
        origin = f"https://127.0.0.1:{port}"
        trust = ssl.create_default_context(cafile=str(tls / "authority.pem"))
        token = {"Authorization": f"Bearer {studio.token()}"}
        async with httpx.AsyncClient(verify=trust, trust_env=False, headers=token) as client:

            async def query(document: str) -> Any:
                answer = await client.post(f"{origin}/studio/graphql", json={"query": document})
                return answer.json()["data"]

            async with connect(
                f"wss://127.0.0.1:{port}/studio/graphql",
                subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
                origin=origin,  # type: ignore[arg-type]
                ssl=trust,
                proxy=None,
            ) as socket:
                await socket.send(json.dumps({"type": "connection_init", "payload": token}))
                assert json.loads(await socket.recv())["type"] == "connection_ack"
                subscribed = "subscription { generationUpdated { images { url } } }"
                payload = {"query": subscribed}
                await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
                await query(IMAGE)
                async with asyncio.timeout(120):
                    while True:
                        data = json.loads(await socket.recv())["payload"]["data"]
                        images = data["generationUpdated"]["images"]
                        if images:
                            break
                assert images[0]["url"].startswith(f"{origin}/studio/images/")

            (edge,) = (await query(LINKS))["generations"]["edges"]
            for link in edge["node"]["images"][0].values():
                assert link.startswith(f"{origin}/studio/images/")
                assert (await client.get(link)).content.startswith(b"\x89PNG")
            health = await client.get(f"{origin}/studio/healthz")
            assert health.status_code == 200
