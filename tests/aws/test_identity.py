"""A user pool's tokens are accepted, and nobody can make us ask for its keys again and again."""

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

from genai_studio.aws.identity import REFETCHED, RETRIED, CognitoIdentity, CognitoKeys
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
    """Publishes keys on loopback and counts who asks for them."""

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


async def test_a_thousand_unknown_key_ids_are_one_fetch_in_half_a_minute(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    assert pool.fetches == 1

    for number in range(1000):
        with pytest.raises(Unauthenticated):
            await keys.get(f"made up {number}")
        clock.advance(0.0299)
    assert pool.fetches == 1

    clock.advance(REFETCHED)
    outcomes = await asyncio.gather(
        *(keys.get(f"made up {number}") for number in range(1000)), return_exceptions=True
    )

    assert all(isinstance(one, Unauthenticated) for one in outcomes)
    assert pool.fetches == 2


async def test_a_new_key_is_known_within_half_a_minute(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    pool.body = published(first=PRIVATE, second=OTHER)

    clock.advance(REFETCHED)

    assert (await keys.get("second")).public_numbers() == OTHER.public_key().public_numbers()


async def test_keys_that_are_known_are_never_asked_for_again(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)

    for _ in range(100):
        await keys.get("first")
        clock.advance(3600)

    assert pool.fetches == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": [{"kty": "oct"}]}')],
    ids=["an error", "no JSON", "no object", "another kind of key"],
)
async def test_a_pool_that_does_not_answer_well_is_no_reason_to_refuse_a_token(
    pool: Pool, status: int, body: bytes
) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    good, pool.status, pool.body = pool.body, status, body

    with pytest.raises(StudioUnavailable):
        await keys.get("first")

    pool.status, pool.body = 200, good
    clock.advance(RETRIED)
    await keys.get("first")


async def test_keys_once_had_outlive_a_pool_that_is_gone(pool: Pool) -> None:
    clock = ManualClock()
    keys = CognitoKeys(pool.url, clock)
    await keys.get("first")
    pool.status = 503
    clock.advance(REFETCHED)

    with pytest.raises(Unauthenticated):
        await keys.get("second")
    await keys.get("first")


async def test_cognitos_own_tokens_are_accepted() -> None:
    """ministack's, which signs as Cognito does."""
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
