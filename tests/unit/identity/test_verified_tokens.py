"""Verified tokens are cached as long as they are valid, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller, Owner
from genai_studio.identity.access_tokens import ALGORITHM, AccessTokenVerifier
from genai_studio.identity.signing_keys import FixedSigningKeys
from genai_studio.identity.verified_tokens import VerifiedToken, VerifiedTokens
from tests.builders import ManualClock

pytestmark = pytest.mark.anyio

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class ChangingKeys(FixedSigningKeys):
    """The keys of an issuer that withdraws them."""

    def __init__(self) -> None:
        super().__init__({"first": KEY.public_key()})

    def replace(self, keys: dict[str, RSAPublicKey]) -> None:
        self._keys = keys


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def keys() -> ChangingKeys:
    return ChangingKeys()


@pytest.fixture
def verifier(keys: ChangingKeys, clock: ManualClock) -> AccessTokenVerifier:
    return AccessTokenVerifier("issuer", "client", keys, clock)


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collects the tokens whose signature is verified."""
    verified: list[str] = []
    original = jwt.decode

    def decode(token: str, *args: Any, **options: Any) -> Any:
        verified.append(token)
        return original(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", decode)
    return verified


def issue(clock: ManualClock, **claims: object) -> str:
    now = int(clock.now().timestamp())
    standard = {
        "iss": "issuer",
        "sub": "alice-1",
        "username": "alice",
        "client_id": "client",
        "token_use": "access",
        "iat": now,
        "exp": now + 60,
    }
    return jwt.encode(standard | claims, KEY, ALGORITHM, headers={"kid": "first"})


async def test_a_signature_is_verified_once(
    verifier: AccessTokenVerifier, clock: ManualClock, signatures: list[str]
) -> None:
    token = issue(clock)
    callers = [await verifier.verify(token) for _ in range(3)]

    assert callers == [callers[0]] * 3
    assert signatures == [token]


async def test_a_cached_token_expires_to_the_second(
    verifier: AccessTokenVerifier, clock: ManualClock
) -> None:
    token = issue(clock)
    await verifier.verify(token)
    clock.advance(timedelta(seconds=59))
    await verifier.verify(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(Unauthenticated, match="expired"):
        await verifier.verify(token)


async def test_a_cached_token_is_rejected_when_its_key_is_withdrawn(
    verifier: AccessTokenVerifier, clock: ManualClock, keys: ChangingKeys
) -> None:
    token = issue(clock)
    await verifier.verify(token)
    keys.replace({})

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_cached_token_is_verified_again_with_a_replaced_key(
    verifier: AccessTokenVerifier, clock: ManualClock, keys: ChangingKeys
) -> None:
    token = issue(clock)
    await verifier.verify(token)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    keys.replace({"first": other.public_key()})

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_cached_token_is_not_valid_before_its_time(
    verifier: AccessTokenVerifier, clock: ManualClock
) -> None:
    token = issue(clock)
    await verifier.verify(token)
    clock.advance(timedelta(hours=-1))

    with pytest.raises(Unauthenticated, match="not valid yet"):
        await verifier.verify(token)


async def test_rejected_tokens_are_not_cached(
    verifier: AccessTokenVerifier, clock: ManualClock, signatures: list[str]
) -> None:
    token = issue(clock, client_id="another")
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)

    assert len(signatures) == 2


def test_the_cache_is_bounded_and_holds_no_token() -> None:
    tokens = VerifiedTokens(max_tokens=3)
    for number in range(10):
        caller = Caller(Owner("alice"), "alice", 100)
        tokens.add(f"token {number}", VerifiedToken(caller, 0, "first", KEY.public_key()))
        tokens.get("token 0", now=1)

    assert len(tokens) == 3
    assert tokens.get("token 9", now=1) is not None
    assert "token" not in repr(list(tokens._tokens))
