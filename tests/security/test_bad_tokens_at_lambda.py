"""The function behind API Gateway rejects bad tokens of a user pool."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from jwt.algorithms import RSAAlgorithm

from genai_studio.aws.identity import REFETCH_INTERVAL, CognitoIdentity
from genai_studio.hosts.aws.lambda_http import LambdaHandler, http_handler
from genai_studio.local.identity import CLIENT_ID, ISSUER, LocalIdentity
from tests.builders import NOON, ManualClock
from tests.fakes.app import FakeApp, an_app
from tests.fakes.studio import a_studio
from tests.hosts.suite.lambda_http_host import api_gateway_event
from tests.security.support.bad_tokens import Forger, bad_tokens, encoded

pytestmark = pytest.mark.anyio

BODY = json.dumps({"query": "{ viewer { username } }"})


@pytest.fixture(scope="module")
def forger(tmp_path_factory: pytest.TempPathFactory) -> Forger:
    identity = LocalIdentity.open(tmp_path_factory.mktemp("identity"), ManualClock())
    return Forger(identity, int(NOON.timestamp()))


@dataclass
class Pool:
    """Publish the forger's key like Cognito, and count requests for it."""

    body: bytes
    url: str = ""
    fetches: int = 0


@pytest.fixture
def pool(forger: Forger) -> Iterator[Pool]:
    key = json.loads(RSAAlgorithm.to_jwk(forger.key.public_key()))
    pool = Pool(json.dumps({"keys": [key | {"kid": forger.key_id, "alg": "RS256"}]}).encode())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pool.fetches += 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(pool.body)))
            self.end_headers()
            self.wfile.write(pool.body)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        pool.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
        yield pool
        server.shutdown()
        thread.join()


@dataclass
class Gateway:
    """The function, called with an access token."""

    app: FakeApp
    function: ThreadPoolExecutor
    handler: LambdaHandler

    async def ask(self, token: str) -> dict[str, Any]:
        event = api_gateway_event(
            "POST",
            "/graphql",
            body=BODY,
            authorization=f"Bearer {token}",
            content_type="application/json",
        )
        call = self.function.submit(self.handler, event, None)
        return await asyncio.wrap_future(call)


@pytest.fixture
async def gateway(pool: Pool) -> AsyncIterator[Gateway]:
    fakes = a_studio()
    identity = CognitoIdentity(ISSUER, CLIENT_ID, fakes.clock, pool.url)
    app = an_app(fakes=fakes, identity=identity, allowed_hosts=("*",))
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler = await asyncio.wrap_future(function.submit(http_handler, app.app, loop))
        yield Gateway(app, function, handler)


async def test_accepts_unmodified_token(gateway: Gateway, forger: Forger) -> None:
    answer = await gateway.ask(forger.sign())

    assert json.loads(answer["body"]) == {"data": {"viewer": {"username": "carol"}}}


async def test_rejects_bad_token(
    gateway: Gateway, forger: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = bad_tokens(forger)
    assert len(tokens) >= 25
    answers = {}
    for kind, token in tokens.items():
        answer = await gateway.ask(token)
        code = json.loads(answer["body"])["errors"][0]["extensions"]["code"]
        answers[kind] = (answer["statusCode"], code)
        assert "carol" not in answer["body"], kind

    assert answers == dict.fromkeys(tokens, (401, "UNAUTHENTICATED"))
    assert gateway.app.fakes.records.calls == []
    assert not [kind for kind, token in tokens.items() if len(token) > 8 and token in caplog.text]


async def test_unknown_key_ids_fetch_keys_at_most_every_30_seconds(
    gateway: Gateway, pool: Pool, forger: Forger
) -> None:
    for number in range(1000):
        header = encoded({"alg": "RS256", "typ": "JWT", "kid": f"made up {number}"})
        answer = await gateway.ask(f"{header}.{encoded(forger.claims())}.c2lnbmF0dXJl")
        assert answer["statusCode"] == 401
    assert pool.fetches == 1

    assert (await gateway.ask(forger.sign()))["statusCode"] == 200, "the good key is known"
    gateway.app.fakes.clock.advance(REFETCH_INTERVAL)
    header = encoded({"alg": "RS256", "kid": "made up later"})
    await gateway.ask(f"{header}.{encoded(forger.claims())}.c2lnbmF0dXJl")
    assert pool.fetches == 2
