"""The adapters of `ports.Identity`, each with a token issuer that it trusts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from genai_studio.aws.identity import CognitoIdentity
from genai_studio.local.identity import LocalIdentity
from genai_studio.ports import Identity
from tests.builders import ManualClock
from tests.contract.identity.published_keys import publish

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Trust:
    """An adapter, and an issuer of tokens for it.

    Attributes:
        claims: Those of a token it accepts at the clock's time.
        key: The issuer's private key.
        key_id: And its id.
    """

    identity: Identity
    claims: dict[str, Any]
    key: rsa.RSAPrivateKey
    key_id: str

    def token(self, **changes: Any) -> str:
        """Create a token. A claim set to `...` is omitted."""
        claims = {
            name: value for name, value in (self.claims | changes).items() if value is not ...
        }
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.key_id})


def local(directory: Path, clock: ManualClock) -> Trust:
    identity = LocalIdentity(KEY, b"s" * 32, clock)
    token = identity.issue("alice", timedelta(hours=1))
    claims = jwt.decode(token, options={"verify_signature": False})
    return Trust(identity, claims, KEY, jwt.get_unverified_header(token)["kid"])


def cognito(directory: Path, clock: ManualClock) -> Trust:
    issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example"
    now = int(clock.now().timestamp())
    claims = {
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["artists"],
        "iss": issuer,
        "client_id": "xxxxxxxxxxxxexample",
        "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": now,
        "exp": now + 3600,
        "iat": now,
        "jti": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "username": "alice",
    }
    identity = CognitoIdentity(issuer, "xxxxxxxxxxxxexample", clock, _pools_keys())
    return Trust(identity, claims, KEY, "abcd+=")


@cache
def _pools_keys() -> str:
    return publish("abcd+=", KEY.public_key())


ADAPTERS: dict[str, Callable[[Path, ManualClock], Trust]] = {
    "local": local,
    "cognito": cognito,
}
