"""The signing key, wherever it is."""

from __future__ import annotations

from typing import Protocol

from genai_studio.content_credentials.certificates import Certificates


class SigningKey(Protocol):
    """An ECDSA key on the curve P-256, with its certificates."""

    def certificates(self) -> Certificates:
        """Return the certificates of the key; create them on first use.

        Raises:
            StudioUnavailable: The key or its certificates cannot be read.
        """

    def sign(self, data: bytes) -> bytes:
        """Return the signature of the data's SHA-256 as DER.

        Raises:
            StudioUnavailable: The key cannot be used.
        """
