"""Verify access tokens of Amazon Cognito and of a local studio."""

from __future__ import annotations

import re
from typing import Any

import jwt

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller, Owner
from genai_studio.identity.signing_keys import SigningKeys
from genai_studio.identity.verified_tokens import VerifiedToken, VerifiedTokens
from genai_studio.ports import Clock

ALGORITHM = "RS256"
LEEWAY_SECONDS = 10
"""Tolerated clock difference for issue times. Expiry has no tolerance: a token
is never accepted after it expires."""

MAX_TOKEN_CHARACTERS = 8192
"""Access tokens of Cognito have about 1,000 characters, or twice that with groups."""

_USE = "access"
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,128}")


class AccessTokenVerifier:
    """`ports.Identity` for RS256 access tokens in the format of Amazon Cognito.

    These tokens have no `aud` claim. `client_id` identifies the client, and
    `token_use` distinguishes access tokens from ID tokens.

    Args:
        issuer: The only accepted `iss`.
        client_id: The only accepted `client_id`.
        leeway_seconds: How far in the future issue times may be. The difference between
            the clocks of issuer and verifier.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        keys: SigningKeys,
        clock: Clock,
        *,
        leeway_seconds: float = LEEWAY_SECONDS,
    ) -> None:
        self._leeway_seconds = leeway_seconds
        self._issuer = issuer
        self._client_id = client_id
        self._keys = keys
        self._clock = clock
        self._verified = VerifiedTokens()

    async def verify(self, token: str) -> Caller:
        """See `Identity.verify`."""
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise Unauthenticated(f"The token must be at most {MAX_TOKEN_CHARACTERS} characters.")
        known = self._verified.get(token, self._clock.now().timestamp())
        # A key that the issuer has withdrawn since no longer counts.
        if known is not None and await self._keys.get(known.key_id) is known.key:
            return known.caller
        try:
            key_id = _key_id(token)
            key = await self._keys.get(key_id)
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                # Times are checked below against the studio's clock.
                options={
                    "require": ["exp", "iat", "iss", "sub", "client_id", "token_use", "username"],
                    "verify_aud": False,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, ValueError):
            # Messages of the library may contain the token.
            raise Unauthenticated("Invalid token.") from None
        self._check_use(claims)
        caller = Caller(_owner(claims["sub"]), _username(claims), self._checked_expiry(claims))
        valid_from = max(
            _seconds(claims, "iat") - self._leeway_seconds, claims.get("nbf", 0) - LEEWAY_SECONDS
        )
        self._verified.add(token, VerifiedToken(caller, valid_from, key_id, key))
        return caller

    def _check_use(self, claims: dict[str, Any]) -> None:
        if claims["token_use"] != _USE:
            raise Unauthenticated("The token is not an access token.")
        if claims["client_id"] != self._client_id:
            raise Unauthenticated("The token was issued to another client.")

    def _checked_expiry(self, claims: dict[str, Any]) -> int:
        now = self._clock.now().timestamp()
        expires_at = _seconds(claims, "exp")
        if expires_at <= now:
            raise Unauthenticated("The token has expired.")
        if _seconds(claims, "iat") > now + self._leeway_seconds or (
            "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY_SECONDS
        ):
            raise Unauthenticated("The token is not valid yet.")
        return expires_at


def _key_id(token: str) -> str:
    header = jwt.get_unverified_header(token)
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise Unauthenticated("The token must be signed with RS256 and name its key.")
    return key_id


def _seconds(claims: dict[str, Any], name: str) -> int:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unauthenticated("Invalid token.")
    return value


def _owner(subject: object) -> Owner:
    """Return the subject as owner. Owners are part of directory names and object keys."""
    if not isinstance(subject, str) or _OWNER.fullmatch(subject) is None:
        raise Unauthenticated("Invalid token.")
    return Owner(subject)


def _username(claims: dict[str, Any]) -> str:
    username = claims["username"]
    if not isinstance(username, str) or not 1 <= len(username) <= 128:
        raise Unauthenticated("Invalid token.")
    return username
