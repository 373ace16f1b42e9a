"""Where the public keys come from that access tokens are checked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from genai_studio.domain.errors import Unauthenticated


class SigningKeys(Protocol):
    """An issuer's public keys by their id."""

    async def get(self, key_id: str) -> RSAPublicKey:
        """The key of this id (`kid`).

        Raises:
            Unauthenticated: The issuer has none of this id.
        """


class FixedSigningKeys:
    """Keys that are known from the start, as a studio on one machine knows its own."""

    def __init__(self, keys: Mapping[str, RSAPublicKey]) -> None:
        self._keys = dict(keys)

    async def get(self, key_id: str) -> RSAPublicKey:
        """See `SigningKeys.get`."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise Unauthenticated("The token was signed with a key we do not know.") from None
