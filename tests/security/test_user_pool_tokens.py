"""A studio with a Cognito user pool accepts only access tokens of that pool."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from genai_studio.aws.user_pool import UserPool
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.local.server import RunningStudio, local_server
from genai_studio.local.identity import LocalIdentity
from genai_studio.settings import read_settings
from genai_studio.system_clock import SystemClock
from tests.servers.resources.user_pool import Tokens, a_user_pool, an_application, sign_in

pytestmark = pytest.mark.anyio

ACCEPTED = "accepted"
FORBIDDEN = 4403


@pytest.fixture(scope="module")
def pool() -> UserPool:
    return a_user_pool()


@pytest.fixture(scope="module")
def alice(pool: UserPool) -> Tokens:
    return sign_in(pool, "alice")


@pytest.fixture
async def studio(pool: UserPool, tmp_path: Path) -> AsyncIterator[RunningStudio]:
    environment = {
        "GENAI_STUDIO_COGNITO_USER_POOL": pool.pool_id,
        "GENAI_STUDIO_COGNITO_CLIENT": pool.client_id,
        "GENAI_STUDIO_COGNITO_ENDPOINT": pool.endpoint,
        # These tests generate no images.
        "GENAI_STUDIO_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    settings = read_settings(environment, port=0, data_dir=tmp_path / "data")
    async with local_server(settings) as running:
        yield running


async def over_http(studio: RunningStudio, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=studio.url, trust_env=False) as client:
        return await client.post(
            "/graphql",
            json={"query": "{ viewer { username } }"},
            headers={"Authorization": f"Bearer {token}"},
        )


async def over_websocket(studio: RunningStudio, token: str) -> str | int | None:
    """Return whether the connection was acknowledged, or its close code."""
    url = studio.url.replace("http", "ws", 1) + "/graphql"
    protocol = Subprotocol("graphql-transport-ws")
    async with connect(url, subprotocols=[protocol], proxy=None) as socket:
        payload = {"Authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        try:
            message = json.loads(await socket.recv())
        except ConnectionClosed:
            return socket.close_code
        assert message == {"type": "connection_ack"}
        return ACCEPTED


async def test_accepts_access_token_of_the_pool(studio: RunningStudio, alice: Tokens) -> None:
    answer = await over_http(studio, alice.access)

    assert answer.json() == {"data": {"viewer": {"username": "alice"}}}
    assert await over_websocket(studio, alice.access) == ACCEPTED


@pytest.mark.parametrize(
    "kind",
    ["id", "refresh", "of another application", "of another pool", "of this machine", "altered"],
)
async def test_rejects_other_tokens(
    studio: RunningStudio, pool: UserPool, alice: Tokens, tmp_path: Path, kind: str
) -> None:
    local = LocalIdentity.open(tmp_path / "data", SystemClock())
    token = {
        "id": lambda: alice.id,
        "refresh": lambda: alice.refresh,
        "of another application": lambda: (
            sign_in(pool, "alice", client_id=an_application(pool.pool_id)).access
        ),
        "of another pool": lambda: sign_in(a_user_pool(), "alice").access,
        "of this machine": lambda: local.issue("alice", timedelta(hours=1)),
        "altered": lambda: alice.access[:-8] + "AAAAAAAA",
    }[kind]()

    assert (await over_http(studio, token)).status_code == 401
    assert await over_websocket(studio, token) == FORBIDDEN


async def test_issues_no_tokens(studio: RunningStudio, tmp_path: Path) -> None:
    with pytest.raises(StudioUnavailable, match="Cognito user pool"):
        studio.token()
    assert not (tmp_path / "data" / "identity").exists()


async def test_page_may_connect_only_to_the_pool(studio: RunningStudio, pool: UserPool) -> None:
    async with httpx.AsyncClient(base_url=studio.url, trust_env=False) as client:
        outputs = (await client.get("/amplify_outputs.json")).json()
        policy = (await client.get("/")).headers["content-security-policy"]

    assert outputs["auth"]["user_pool_id"] == pool.pool_id
    assert outputs["auth"]["user_pool_client_id"] == pool.client_id
    assert outputs["auth"]["aws_region"] == pool.region
    assert outputs["custom"]["studio"]["userPoolEndpoint"] == pool.endpoint
    assert f"connect-src 'self' {pool.endpoint};" in policy
