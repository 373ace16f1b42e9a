"""Access tokens and the key set of a user pool."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from genai_studio.aws import identity as cognito
from genai_studio.domain.errors import Unauthenticated
from genai_studio.identity.access_tokens import MAX_TOKEN_CHARACTERS
from genai_studio.local.identity import LocalIdentity
from tests.builders import NOON, ManualClock
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, repeat
from tests.fuzz.inputs import JSON_VALUES, TEXTS, mutated_json, mutated_text
from tests.security.support.bad_tokens import Forger, encoded

with tempfile.TemporaryDirectory() as _directory:
    IDENTITY = LocalIdentity.open(Path(_directory), ManualClock())
FORGER = Forger(IDENTITY, int(NOON.timestamp()))
HEADER = {"alg": "RS256", "kid": FORGER.key_id, "typ": "JWT"}
CLAIMS = FORGER.claims()
_, _, SIGNATURE = FORGER.parts()
KEY_SET: dict[str, Any] = {
    "keys": [
        {"kid": "1", "kty": "RSA", "alg": "RS256", "use": "sig", "e": "AQAB", "n": "AQAB" * 86}
    ]
}


def verify(token: str) -> None:
    try:
        caller = asyncio.run(IDENTITY.verify(token))
    except Unauthenticated:
        return
    assert caller.owner == CLAIMS["sub"]


@fuzz(TEXTS | mutated_text(FORGER.sign()))
def test_damaged_token(token: str) -> None:
    verify(token)


@fuzz(mutated_json((HEADER,)), mutated_json((CLAIMS,)))
def test_forged_parts(header: Any, claims: Any) -> None:
    verify(f"{encoded(header)}.{encoded(claims)}.{SIGNATURE}")


@fuzz(st.sampled_from(sorted(CLAIMS)), JSON_VALUES)
def test_signed_claims(name: str, value: Any) -> None:
    """A token with a valid signature and an unusual claim is refused, or names a valid owner."""
    try:
        caller = asyncio.run(IDENTITY.verify(FORGER.sign(**{name: value})))
    except Unauthenticated:
        return
    assert 1 <= len(caller.owner) <= 128
    assert 1 <= len(caller.username) <= 128


@fuzz(mutated_json((KEY_SET,)) | JSON_VALUES)
def test_key_set(content: Any) -> None:
    keys = cognito._parse(json.loads(json.dumps(content)))
    assert all(isinstance(key_id, str) for key_id in keys)


def test_cost_of_tokens() -> None:
    for text in (".", "e", "A.", "\u0301"):
        assert_bounded_cost(verify, repeat(text), 8 * MAX_TOKEN_CHARACTERS)
