"""The web page, GraphiQL, the page's configuration and the health check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from genai_studio.hosts.asgi.health import health_route
from tests.fakes.app import FakeApp, an_app

pytestmark = pytest.mark.anyio


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    directory = tmp_path / "web"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("the page")
    (directory / "graphiql.html").write_text("the explorer")
    (directory / "favicon.svg").write_text("<svg/>")
    (directory / "assets" / "app-1a2b.js").write_text("let script;")
    (tmp_path / "secret.txt").write_text("secret")
    return directory


@pytest.fixture
def app(web_dir: Path) -> FakeApp:
    return an_app(web_dir=web_dir)


@pytest.fixture
async def client(app: FakeApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/index.html", "/?tab=all"])
async def test_serves_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.text) == (200, "the page")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/health",
        "/history",
        "/a/b/",
        "/graphql/x",
        "/images/x/y.png",
        "/healthz/x",
        "/assets/gone-3c4d.js",
        "/assets/",
        "/missing.js",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd.txt",
        "/%00.txt",
    ],
)
async def test_does_not_serve_page_for_other_paths(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_hashed_assets_are_immutable_and_other_files_revalidate(
    client: httpx.AsyncClient,
) -> None:
    script = await client.get("/assets/app-1a2b.js")
    icon = await client.get("/favicon.svg")

    assert script.text == "let script;"
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert icon.headers["cache-control"] == "no-cache"
    again = await client.get("/favicon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert again.status_code == 304


async def test_compresses_scripts_on_request(client: httpx.AsyncClient, web_dir: Path) -> None:
    script = "const greeting = 'hello'\n" * 200
    (web_dir / "assets" / "long-abc.js").write_text(script, "utf-8")
    plain = await client.get("/assets/long-abc.js", headers={"Accept-Encoding": "identity"})
    small = await client.get("/assets/long-abc.js", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert small.text == plain.text == script


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=0.5, BR;q=0.8", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip, br;q=0.000", "gzip"),
        ("gzip, brotli", "gzip"),
        ("identity", None),
    ],
)
async def test_sends_what_the_build_has_compressed(
    client: httpx.AsyncClient, web_dir: Path, accepted: str, encoding: str | None
) -> None:
    (web_dir / "assets" / "long-abc.js").write_text("const greeting = 'hello'\n" * 200, "utf-8")
    (web_dir / "assets" / "long-abc.js.br").write_bytes(b"compressed")
    async with client.stream(
        "GET", "/assets/long-abc.js", headers={"Accept-Encoding": accepted}
    ) as response:
        body = b"".join([part async for part in response.aiter_raw()])

    assert response.headers.get("Content-Encoding") == encoding
    assert (body == b"compressed") == (encoding == "br")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Vary"] == "Accept-Encoding"


async def test_uncompressed_files_are_sent_to_clients_that_accept_brotli(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "br"})
    assert (response.text, response.headers.get("Content-Encoding")) == ("let script;", None)
    missing = await client.get("/assets/missing.js", headers={"Accept-Encoding": "br"})
    assert missing.status_code == 404


async def test_serves_graphiql(client: httpx.AsyncClient) -> None:
    assert (await client.get("/graphiql")).text == "the explorer"


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_responds_304_to_unchanged_page(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.text) == (304, "")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


async def test_serves_page_configuration(client: httpx.AsyncClient) -> None:
    assert (await client.get("/amplify_outputs.json")).json() == {
        "version": "1.4",
        "custom": {
            "studio": {
                "mode": "local",
                "graphqlUrl": "/graphql",
                "subscriptionUrl": "/graphql",
                "version": "9.9.9",
            }
        },
    }


@pytest.mark.parametrize("built", [None, "empty"])
async def test_explains_how_to_build_missing_page(tmp_path: Path, built: str | None) -> None:
    app = an_app(web_dir=None if built is None else tmp_path / built)
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in ("/", "/graphiql"):
            answer = await client.get(path)
            assert answer.status_code == 503
            assert "make web" in answer.text


async def test_healthz_returns_200_when_ready(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_healthz_names_unavailable_components(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    app.not_ready["inference"] = "The model is loading."
    answer = await client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "notReady": ["inference"],
        "reasons": {"inference": "The model is loading."},
    }


async def test_healthz_returns_503_if_the_check_fails() -> None:
    async def broken() -> dict[str, str]:
        raise RuntimeError("secret")

    transport = httpx.ASGITransport(health_route(broken).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["notReady"]) == (503, ["studio"])
