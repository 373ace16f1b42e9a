"""Bad tokens are rejected over HTTP and WebSocket, and are not logged."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from genai_studio.local.identity import LocalIdentity
from tests.builders import NOON, ManualClock
from tests.fakes.app import FakeApp, an_app
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.asgi.asgi_websocket import asgi_websocket
from tests.security.support.bad_tokens import Forger, bad_tokens

pytestmark = pytest.mark.anyio

NOW = int(NOON.timestamp())
VIEWER = {"query": "{ viewer { username } }"}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture(scope="module")
def tokens(directory: Path) -> dict[str, str]:
    return bad_tokens(Forger(LocalIdentity.open(directory, ManualClock()), NOW))


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


@pytest.fixture
def identity(directory: Path, fakes: FakeStudio) -> LocalIdentity:
    return LocalIdentity.open(directory, fakes.clock)


@pytest.fixture
def app(fakes: FakeStudio, identity: LocalIdentity) -> FakeApp:
    return an_app(fakes=fakes, identity=identity)


async def ask(app: FakeApp, token: str) -> httpx.Response:
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(
            "/graphql", json=VIEWER, headers=[(b"Authorization", f"Bearer {token}".encode())]
        )


async def close_code(app: FakeApp, token: str) -> int:
    async with asgi_websocket(app.app) as socket:
        socket.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
        return (await socket.closed()).code


async def test_accepts_unmodified_token(app: FakeApp, identity: LocalIdentity) -> None:
    token = Forger(identity, NOW).sign()

    assert (await ask(app, token)).json() == {"data": {"viewer": {"username": "carol"}}}
    async with asgi_websocket(app.app) as socket:
        await socket.init(token)


async def test_rejects_bad_token(
    app: FakeApp, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert len(tokens) >= 25
    answers = {}
    for kind, token in tokens.items():
        answer = await ask(app, token)
        assert "errors" in answer.json(), kind
        code = answer.json()["errors"][0]["extensions"]["code"]
        answers[kind] = (answer.status_code, code, await close_code(app, token))

    assert answers == dict.fromkeys(tokens, (401, "UNAUTHENTICATED", 4403))
    assert app.fakes.records.calls == []
    assert not [kind for kind, token in tokens.items() if len(token) > 8 and token in caplog.text]


async def test_error_does_not_contain_the_token(app: FakeApp, tokens: dict[str, str]) -> None:
    for token in tokens.values():
        answer = await ask(app, token)

        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert "carol" not in answer.text
        assert token not in answer.text or token == "token"


async def test_token_expires_over_http_and_websocket(app: FakeApp, identity: LocalIdentity) -> None:
    token = identity.issue("alice", timedelta(minutes=1))
    async with asgi_websocket(app.app) as socket:
        await socket.init(token)
        assert (await ask(app, token)).status_code == 200

        app.fakes.clock.advance(60)

        assert (await ask(app, token)).status_code == 401
        assert (await socket.closed()).code == 4403


@pytest.mark.parametrize("place", ["query", "cookie", "x-api-key", "body"])
async def test_accepts_token_only_in_authorization_header(
    app: FakeApp, identity: LocalIdentity, place: str
) -> None:
    token = identity.issue("alice", timedelta(minutes=1))
    headers = {"cookie": {"Cookie": f"token={token}"}, "x-api-key": {"X-Api-Key": token}}
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post(
            "/graphql",
            params={"token": token, "access_token": token} if place == "query" else {},
            json=VIEWER | ({"token": token, "authorization": token} if place == "body" else {}),
            headers=headers.get(place, {}),
        )

    assert answer.status_code == 401
