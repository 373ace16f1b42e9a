"""A cache of verified access tokens. Verifying a signature takes longer than most requests."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from genai_studio.domain.identity import Caller

MAX_TOKENS = 1_000
"""Least recently used tokens are evicted."""


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What holds for a token whose signature and claims were verified.

    Attributes:
        caller: The caller, with the token's expiry.
        valid_from: Unix time before which the token is rejected.
        key_id: `kid` of the signing key.
        key: The key that verified the signature.
    """

    caller: Caller
    valid_from: int
    key_id: str
    key: RSAPublicKey


class VerifiedTokens:
    """Verified tokens by their SHA-256, so that memory holds no usable token."""

    def __init__(self, max_tokens: int = MAX_TOKENS) -> None:
        self._max_tokens = max_tokens
        self._tokens: OrderedDict[bytes, VerifiedToken] = OrderedDict()

    def get(self, token: str, now: float) -> VerifiedToken | None:
        """Return a token that is valid at `now`; forget it if it is not."""
        digest = _digest(token)
        verified = self._tokens.get(digest)
        if verified is None:
            return None
        if not verified.valid_from <= now < verified.caller.expires_at:
            del self._tokens[digest]
            return None
        self._tokens.move_to_end(digest)
        return verified

    def add(self, token: str, verified: VerifiedToken) -> None:
        """Remember a verified token."""
        self._tokens[_digest(token)] = verified
        if len(self._tokens) > self._max_tokens:
            self._tokens.popitem(last=False)

    def __len__(self) -> int:
        return len(self._tokens)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
