"""The one verifier of access tokens, Cognito's and a local studio's alike."""

from __future__ import annotations

import re
from typing import Any

import jwt

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller, Owner
from genai_studio.identity.signing_keys import SigningKeys
from genai_studio.ports import Clock

ALGORITHM = "RS256"
LEEWAY_SECONDS = 10
"""How far the issuer's clock may be ahead of ours. Expiry gets none: a token
is never good for longer than it says."""

MAX_TOKEN_CHARACTERS = 8192
"""Cognito's access tokens have about 1,000; groups may double that."""

_USE = "access"
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,128}")


class AccessTokenVerifier:
    """`ports.Identity` for RS256 access tokens as Amazon Cognito issues them.

    They have no `aud`; the client is named by `client_id`, and `token_use`
    keeps ID tokens out.

    Args:
        issuer: The only accepted `iss`.
        client_id: The only accepted `client_id`.
    """

    def __init__(self, issuer: str, client_id: str, keys: SigningKeys, clock: Clock) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._keys = keys
        self._clock = clock

    async def verify(self, token: str) -> Caller:
        """See `Identity.verify`."""
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise Unauthenticated("The token is too long.")
        try:
            key = await self._keys.get(_key_id(token))
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                # Times are checked below, by the studio's own clock.
                options={
                    "require": ["exp", "iat", "iss", "sub", "client_id", "token_use", "username"],
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, ValueError):
            # The library's messages may quote the token.
            raise Unauthenticated("The token is not valid.") from None
        self._check_use(claims)
        return Caller(_owner(claims["sub"]), _username(claims), self._checked_expiry(claims))

    def _check_use(self, claims: dict[str, Any]) -> None:
        if claims["token_use"] != _USE:
            raise Unauthenticated("This is no access token.")
        if claims["client_id"] != self._client_id:
            raise Unauthenticated("The token was issued to another application.")

    def _checked_expiry(self, claims: dict[str, Any]) -> int:
        now = self._clock.now().timestamp()
        expires_at = _seconds(claims, "exp")
        if expires_at <= now:
            raise Unauthenticated("The token has expired.")
        if _seconds(claims, "iat") > now + LEEWAY_SECONDS or (
            "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY_SECONDS
        ):
            raise Unauthenticated("The token is not valid yet.")
        return expires_at


def _key_id(token: str) -> str:
    header = jwt.get_unverified_header(token)
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise Unauthenticated("The token is not signed as ours are.")
    return key_id


def _seconds(claims: dict[str, Any], name: str) -> int:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unauthenticated("The token is not valid.")
    return value


def _owner(subject: object) -> Owner:
    """The subject as owner: it also names directories and objects."""
    if not isinstance(subject, str) or _OWNER.fullmatch(subject) is None:
        raise Unauthenticated("The token is not valid.")
    return Owner(subject)


def _username(claims: dict[str, Any]) -> str:
    username = claims["username"]
    if not isinstance(username, str) or not 1 <= len(username) <= 128:
        raise Unauthenticated("The token is not valid.")
    return username
