"""The identity port: access token verification."""

from __future__ import annotations

from typing import Protocol

from genai_studio.domain.identity import Caller


class Identity(Protocol):
    """Verifies access tokens."""

    async def verify(self, token: str) -> Caller:
        """Check a token's signature, issuer, expiry, use and client.

        Raises:
            Unauthenticated: A check failed. The message contains no claim values.
        """
