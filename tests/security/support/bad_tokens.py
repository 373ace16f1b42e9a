"""Invalid tokens, each with one defect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from genai_studio.local.identity import CLIENT_ID, ISSUER, LocalIdentity

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Forger:
    """Issue tokens like a studio, with changes.

    Args:
        now: Unix seconds of the studio's clock.
    """

    def __init__(self, identity: LocalIdentity, now: int) -> None:
        self.key = identity._signing_key
        self.key_id = identity._key_id
        self.now = now

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return valid claims with changes; None removes a claim."""
        good = {
            "iss": ISSUER,
            "sub": "33333333-cccc-8ccc-8ccc-cccccccccccc",
            "username": "carol",
            "client_id": CLIENT_ID,
            "token_use": "access",
            "iat": self.now,
            "exp": self.now + 600,
            "jti": "1",
        }
        return {name: one for name, one in (good | changes).items() if one is not None}

    def sign(self, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        """Sign a token with the valid key, over any claims."""
        payload = json.dumps(self.claims(**changes)).encode()
        all_headers = {"kid": self.key_id} | (headers or {})
        return jwt.api_jws.encode(payload, self.key, "RS256", headers=all_headers)

    def parts(self) -> tuple[str, str, str]:
        """Return the header, payload and signature of a valid token."""
        header, payload, signature = self.sign().split(".")
        return header, payload, signature


def encoded(value: object) -> str:
    """Encode a JSON value as a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def bad_tokens(forger: Forger) -> dict[str, str]:
    """Return all bad tokens by their defect."""
    return {
        **_wrong_claims(forger),
        **_missing_claims(forger),
        **_wrong_signatures(forger),
        **_altered(forger),
        **_nonsense(),
    }


def _wrong_claims(forger: Forger) -> dict[str, str]:
    now = forger.now
    changes: dict[str, dict[str, Any]] = {
        "another issuer": {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/other"},
        "an issuer with a slash": {"iss": ISSUER + "/"},
        "two issuers": {"iss": [ISSUER, "other"]},
        "another client": {"client_id": "another"},
        "two clients": {"client_id": [CLIENT_ID]},
        "an ID token": {"token_use": "id"},
        "a refresh token": {"token_use": "refresh"},
        "expired": {"exp": now - 1},
        "expired this second": {"exp": now},
        "an expiry in text": {"exp": str(now + 600)},
        "an expiry that is true": {"exp": True},
        "an endless expiry": {"exp": 1e400},
        "not yet valid": {"nbf": now + 600},
        "issued in the future": {"iat": now + 2 * 24 * 3600},
        "an empty subject": {"sub": ""},
        "a subject that climbs": {"sub": "../../etc"},
        "a subject that is a number": {"sub": 7},
        "a subject with a slash": {"sub": "alice/x"},
        "an endless subject": {"sub": "x" * 500},
        "a user name that is no text": {"username": {"name": "alice"}},
        "an empty user name": {"username": ""},
    }
    return {name: forger.sign(**change) for name, change in changes.items()}


def _missing_claims(forger: Forger) -> dict[str, str]:
    names = ("iss", "sub", "client_id", "token_use", "exp", "iat", "username")
    return {f"without {name}": forger.sign(**{name: None}) for name in names}


def _wrong_signatures(forger: Forger) -> dict[str, str]:
    public = forger.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims, kid = forger.claims(), {"kid": forger.key_id}
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key()))
    unsigned = encoded({"alg": "none", "typ": "JWT", **kid})
    hs256 = _hmac_with(public, {"alg": "HS256", "typ": "JWT", **kid}, claims)
    return {
        "another key under our id": jwt.encode(claims, OTHER_KEY, "RS256", headers=kid),
        "another key under its own id": jwt.encode(
            claims, OTHER_KEY, "RS256", headers={"kid": "other"}
        ),
        "a key that comes along": jwt.encode(
            claims, OTHER_KEY, "RS256", headers={**kid, "jwk": jwk}
        ),
        "a key from the forger's server": jwt.encode(
            claims, OTHER_KEY, "RS256", headers={**kid, "jku": "https://evil.example/jwks"}
        ),
        "a key id that is a path": forger.sign({"kid": "../../dev/null"}),
        "a key id that is SQL": forger.sign({"kid": "' OR 1=1 --"}),
        "no key id": jwt.encode(claims, forger.key, "RS256"),
        "RS384": jwt.encode(claims, forger.key, "RS384", headers=kid),
        "RS512": jwt.encode(claims, forger.key, "RS512", headers=kid),
        "PS256": jwt.encode(claims, forger.key, "PS256", headers=kid),
        "ES256": jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", headers=kid),
        "EdDSA": jwt.encode(claims, ed25519.Ed25519PrivateKey.generate(), "EdDSA", headers=kid),
        "HS256 with a secret": jwt.encode(claims, "s" * 32, "HS256", headers=kid),
        "HS256 with the public key": hs256,
        "none": f"{unsigned}.{encoded(claims)}.",
        "None": f"{encoded({'alg': 'None', **kid})}.{encoded(claims)}.",
        "no algorithm": f"{encoded(kid)}.{encoded(claims)}.",
    }


def _hmac_with(secret: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{encoded(header)}.{encoded(claims)}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _altered(forger: Forger) -> dict[str, str]:
    header, payload, signature = forger.parts()
    flipped = ("A" if signature[10] != "A" else "B").join((signature[:10], signature[11:]))
    return {
        "another's claims": f"{header}.{encoded(forger.claims(sub='bob'))}.{signature}",
        "a flipped bit": f"{header}.{payload}.{flipped}",
        "no signature": f"{header}.{payload}.",
        "two parts": f"{header}.{payload}",
        "four parts": f"{header}.{payload}.{signature}.{signature}",
        "five parts, as if encrypted": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "a header that is a list": f"{encoded([])}.{payload}.{signature}",
        "a header that is critical": forger.sign({"crit": ["exp"]}),
        "claims that are a list": f"{header}.{encoded([])}.{signature}",
        "claims in Latin-1": f"{header}.{'é'.encode('latin-1').hex()}.{signature}",
    }


def _nonsense() -> dict[str, str]:
    return {
        "a word": "token",
        "dots": "..",
        "very long": "x" * 9_000,
        "very long parts": ".".join(["eyJhbGciOiJSUzI1NiJ9" * 300] * 3),
        "deeply nested": base64.urlsafe_b64encode(b"[" * 2_000).decode() + ".e30.x",
        "an API key": "da2-abcdefghijklmnopqrstuvwxyz",
        "a password": "alice:correct-horse",
    }
