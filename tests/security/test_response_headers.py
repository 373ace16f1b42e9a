"""Security headers and CORS."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from genai_studio.hosts.asgi.content_security import content_security_policy
from tests.fakes.app import FakeApp, an_app
from tests.fakes.identity import ALICES_TOKEN

pytestmark = pytest.mark.anyio

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.fixture
def web_dir(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "graphiql.html", "assets/app-1a2b.js"):
        (tmp_path / name).write_text("")
    return tmp_path


def browser(app: FakeApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")


def policy_of(answer: httpx.Response) -> dict[str, str]:
    directives = answer.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (one.partition(" ") for one in directives)}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/history/somewhere", 404),
        ("GET", "/graphiql", 200),
        ("GET", "/assets/app-1a2b.js", 200),
        ("GET", "/assets/none.js", 404),
        ("GET", "/images/none", 404),
        ("GET", "/healthz", 200),
        ("GET", "/amplify_outputs.json", 200),
        ("POST", "/graphql", 401),
        ("PUT", "/graphql", 405),
        ("POST", "/", 405),
    ],
)
async def test_every_response_has_security_headers(
    web_dir: Path, method: str, path: str, status: int
) -> None:
    async with browser(an_app(web_dir=web_dir)) as client:
        answer = await client.request(method, path)

    assert answer.status_code == status
    assert ALWAYS.items() <= dict(answer.headers).items()
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "permissions-policy" in answer.headers


async def test_error_responses_have_security_headers() -> None:
    app = an_app()

    async def crash(*_: object) -> None:
        raise RuntimeError("secret")

    [health] = [route for route in app.app.routes if getattr(route, "path", "") == "/healthz"]
    health.app = crash  # type: ignore[attr-defined]
    async with browser(app) as client:
        crashed = await client.get("/healthz")
        refused = await client.get("/", headers={"Host": "evil.example"})

    assert (crashed.status_code, refused.status_code) == (500, 421)
    for answer in (crashed, refused):
        assert ALWAYS.items() <= dict(answer.headers).items()
        assert "secret" not in answer.text


async def test_pages_run_only_own_scripts(web_dir: Path) -> None:
    async with browser(an_app(web_dir=web_dir)) as client:
        for path in ("/", "/graphiql"):
            policy = policy_of(await client.get(path))
            assert policy["script-src"] == "'self'"
            assert policy["connect-src"] == "'self'"
            assert policy["img-src"] == "'self' data: blob:"
            assert policy["base-uri"] == policy["form-action"] == "'none'"


async def test_only_graphiql_allows_inline_styles(web_dir: Path) -> None:
    async with browser(an_app(web_dir=web_dir)) as client:
        assert policy_of(await client.get("/"))["style-src"] == "'self'"
        assert policy_of(await client.get("/graphiql"))["style-src"] == "'self' 'unsafe-inline'"


def test_policy_includes_deployment_origins() -> None:
    policy = content_security_policy(
        connect=("https://api.example", "wss://api.example"), images=("https://bucket.example",)
    )

    assert "connect-src 'self' https://api.example wss://api.example;" in policy
    assert "img-src 'self' data: blob: https://bucket.example;" in policy


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8000"])
async def test_cors_is_disabled_by_default(origin: str) -> None:
    async with browser(an_app()) as client:
        preflight = await client.options(
            "/graphql",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
        answer = await client.post(
            "/graphql",
            json={"query": "{ __typename }"},
            headers={"Origin": origin, "Authorization": f"Bearer {ALICES_TOKEN}"},
        )

    for response in (preflight, answer):
        assert not [name for name in response.headers if name.startswith("access-control-")]
    assert preflight.status_code == 405


async def test_cors_allows_only_configured_origins() -> None:
    async with browser(an_app(cors_origins=("https://app.example",))) as client:

        async def allowed(origin: str) -> tuple[str | None, str | None]:
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            preflight = await client.options(
                "/graphql", headers=asked | {"Access-Control-Request-Headers": "authorization"}
            )
            answer = await client.post(
                "/graphql", json={"query": "{ __typename }"}, headers={"Origin": origin}
            )
            name = "access-control-allow-origin"
            assert "access-control-allow-credentials" not in preflight.headers
            return preflight.headers.get(name), answer.headers.get(name)

        assert await allowed("https://app.example") == ("https://app.example",) * 2
        for other in ("https://evil.example", "https://app.example.evil.example", "null"):
            assert await allowed(other) == (None, None)
        shared = await client.get("/healthz")
        assert shared.headers["cross-origin-resource-policy"] == "cross-origin"
