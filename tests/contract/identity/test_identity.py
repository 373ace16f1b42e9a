"""The contract of `ports.Identity`: valid tokens identify their subject, others are rejected."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from genai_studio.domain.errors import Unauthenticated
from tests.builders import ManualClock
from tests.contract.identity.adapters import Trust

pytestmark = pytest.mark.anyio


async def test_a_valid_token_identifies_its_subject(trust: Trust) -> None:
    caller = await trust.identity.verify(trust.token())

    assert caller.owner == trust.claims["sub"]
    assert caller.username == "alice"
    assert caller.expires_at == trust.claims["exp"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": ...},
        {"client_id": "another-app"},
        {"client_id": ...},
        {"token_use": "id"},
        {"token_use": ...},
        {"sub": ...},
        {"sub": ""},
        {"sub": "../../etc/passwd"},
        {"sub": "a/b"},
        {"sub": "a" * 129},
        {"username": ...},
        {"username": ""},
        {"username": ["alice"]},
        {"exp": ...},
        {"exp": "soon"},
        {"exp": True},
        {"iat": ...},
        {"iat": 9_999_999_999},
        {"nbf": 9_999_999_999},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_is_rejected(
    trust: Trust, changes: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await trust.identity.verify(trust.token(**changes))

    message = str(refused.value)
    values = [value for value in changes.values() if isinstance(value, str) and len(value) > 2]
    assert not any(value in message for value in values)
    assert refused.value.__cause__ is None


async def test_a_token_expires_to_the_second(trust: Trust, clock: ManualClock) -> None:
    token = trust.token()

    clock.advance(trust.claims["exp"] - clock.now().timestamp() - 1)
    await trust.identity.verify(token)
    clock.advance(1)
    with pytest.raises(Unauthenticated, match="expired"):
        await trust.identity.verify(token)


async def test_a_small_clock_difference_is_accepted(trust: Trust) -> None:
    await trust.identity.verify(trust.token(iat=trust.claims["iat"] + 5))


async def test_the_audience_claim_is_optional(trust: Trust) -> None:
    await trust.identity.verify(trust.token(aud="some resource"))


async def test_another_key_with_the_same_id_is_rejected(trust: Trust) -> None:
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    token = jwt.encode(trust.claims, forger, "RS256", headers={"kid": trust.key_id})

    with pytest.raises(Unauthenticated):
        await trust.identity.verify(token)


@pytest.mark.parametrize("headers", [{"kid": "unknown"}, {"kid": ""}, {}], ids=str)
async def test_an_unknown_key_is_rejected(trust: Trust, headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        await trust.identity.verify(jwt.encode(trust.claims, trust.key, "RS256", headers=headers))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_only_the_pinned_algorithm_is_accepted(trust: Trust, algorithm: str) -> None:
    token = jwt.encode(trust.claims, trust.key, algorithm, headers={"kid": trust.key_id})

    with pytest.raises(Unauthenticated):
        await trust.identity.verify(token)


def _part(content: object) -> str:
    raw = json.dumps(content).encode() if not isinstance(content, bytes) else content
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_an_unsigned_token_is_rejected(trust: Trust) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        header = _part({"alg": algorithm, "typ": "JWT", "kid": trust.key_id})
        with pytest.raises(Unauthenticated):
            await trust.identity.verify(f"{header}.{_part(trust.claims)}.")


async def test_the_public_key_is_not_accepted_as_hmac_secret(trust: Trust) -> None:
    """Algorithm confusion: an HS256 token signed with the public key."""
    public = trust.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = _part({"alg": "HS256", "typ": "JWT", "kid": trust.key_id}) + "." + _part(trust.claims)
    mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()

    with pytest.raises(Unauthenticated):
        await trust.identity.verify(f"{signed}.{_part(mac)}")


async def test_a_modified_token_is_rejected(trust: Trust) -> None:
    header, claims, signature = trust.token().split(".")
    other = _part(trust.claims | {"sub": "another-user"})

    for token in (
        f"{header}.{other}.{signature}",
        f"{header}.{claims}.{signature[:-8]}",
        f"{header}.{claims}",
        f"{header}.{claims}.{signature}.{signature}",
    ):
        with pytest.raises(Unauthenticated):
            await trust.identity.verify(token)


@pytest.mark.parametrize(
    "malformed",
    ["", " ", ".", "..", "a.b.c", "Bearer x", "é" * 20, "\x00", "[].[].[]", "e30.e30.e30"],
)
async def test_malformed_tokens_are_rejected(trust: Trust, malformed: str) -> None:
    with pytest.raises(Unauthenticated):
        await trust.identity.verify(malformed)


async def test_an_oversized_token_is_rejected_before_parsing(trust: Trust) -> None:
    with pytest.raises(Unauthenticated, match="at most 8192 characters"):
        await trust.identity.verify("a" * 1_000_000)
