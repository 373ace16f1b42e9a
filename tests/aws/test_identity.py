"""`CognitoIdentity` accepts the pool's access tokens and limits how often it fetches keys."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from genai_studio.aws.identity import REFETCH_INTERVAL, RETRY_INTERVAL, CognitoIdentity, CognitoKeys
from genai_studio.domain.errors import StudioUnavailable, Unauthenticated
from genai_studio.system_clock import SystemClock
from tests.builders import ManualClock
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of

pytestmark = pytest.mark.anyio

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(**keys: rsa.RSAPrivateKey) -> bytes:
    entries = [
        {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": key_id, "alg": "RS256"}
        for key_id, key in keys.items()
    ]
    return json.dumps({"keys": entries}).encode()


class Pool:
    """A server on loopback that publishes keys and counts the fetches."""

    def __init__(self) -> None:
        self.status = 200
        self.body = published(first=PRIVATE)
        self.fetches = 0
        self.url = ""


@pytest.fixture
def pool() -> Iterator[Pool]:
    with _serving(Pool()) as one:
        yield one


@contextmanager
def _serving(pool: Pool) -> Iterator[Pool]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pool.fetches += 1
            self.send_response(pool.status)
            self.send_header("Content-Length", str(len(pool.body)))
            self.end_headers()
            self.wfile.write(pool.body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        pool.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
        yield pool
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_unknown_key_ids_cause_one_fetch_per_interval(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    assert pool.fetches == 1

    for number in range(1000):
        with pytest.raises(Unauthenticated):
            await keys.get(f"unknown {number}")
        clock.advance(0.0299)
    assert pool.fetches == 1

    clock.advance(REFETCH_INTERVAL)
    outcomes = await asyncio.gather(
        *(keys.get(f"unknown {number}") for number in range(1000)), return_exceptions=True
    )

    assert all(isinstance(one, Unauthenticated) for one in outcomes)
    assert pool.fetches == 2


async def test_new_key_is_fetched_after_interval(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    pool.body = published(first=PRIVATE, second=OTHER)

    clock.advance(REFETCH_INTERVAL)

    assert (await keys.get("second")).public_numbers() == OTHER.public_key().public_numbers()


async def test_known_keys_are_never_refetched(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)

    for _ in range(100):
        await keys.get("first")
        clock.advance(3600)

    assert pool.fetches == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": [{"kty": "oct"}]}')],
    ids=["error status", "not JSON", "not an object", "other key type"],
)
async def test_invalid_key_set_raises_unavailable_and_is_refetched(
    pool: Pool, status: int, body: bytes
) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    good, pool.status, pool.body = pool.body, status, body

    with pytest.raises(StudioUnavailable):
        await keys.get("first")

    pool.status, pool.body = 200, good
    clock.advance(RETRY_INTERVAL)
    await keys.get("first")


async def test_cached_keys_survive_pool_outage(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    pool.status = 503
    clock.advance(REFETCH_INTERVAL)

    with pytest.raises(Unauthenticated):
        await keys.get("second")
    await keys.get("first")


async def test_accepts_access_tokens_of_cognito_only() -> None:
    """The tokens come from ministack, which signs them as Cognito does."""
    cognito = client("cognito-idp", MINISTACK)
    pool_id = cognito.create_user_pool(PoolName=f"pool-{uuid.uuid4().hex}")["UserPool"]["Id"]
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="studio",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    secret = "Correct-Horse-7"
    created = cognito.admin_create_user(UserPoolId=pool_id, Username="alice")
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username="alice", Password=secret, Permanent=True
    )
    tokens = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": secret},
    )["AuthenticationResult"]
    issuer = jwt.decode(tokens["AccessToken"], options={"verify_signature": False})["iss"]
    keys_url = f"{url_of(MINISTACK)}/{pool_id}/.well-known/jwks.json"
    identity = CognitoIdentity(issuer, client_id, SystemClock(), keys_url)

    caller = await identity.verify(tokens["AccessToken"])

    attributes = {one["Name"]: one["Value"] for one in created["User"]["Attributes"]}
    assert caller.owner == attributes["sub"]
    assert caller.username == "alice"
    with pytest.raises(Unauthenticated):
        await identity.verify(tokens["IdToken"])
    another = CognitoIdentity(issuer, "another-client", SystemClock(), keys_url)
    with pytest.raises(Unauthenticated):
        await another.verify(tokens["AccessToken"])
