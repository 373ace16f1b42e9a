"""Public keys for the verification of access tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from genai_studio.domain.errors import Unauthenticated


class SigningKeys(Protocol):
    """The public keys of an issuer."""

    async def get(self, key_id: str) -> RSAPublicKey:
        """Return the key with this ID (`kid`).

        Raises:
            Unauthenticated: The issuer has no such key.
        """


class FixedSigningKeys:
    """A fixed set of keys, as on a studio that issues its own tokens."""

    def __init__(self, keys: Mapping[str, RSAPublicKey]) -> None:
        self._keys = dict(keys)

    async def get(self, key_id: str) -> RSAPublicKey:
        """See `SigningKeys.get`."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise Unauthenticated("Invalid or expired token: unknown signing key.") from None
