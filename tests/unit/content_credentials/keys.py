"""Signing keys in memory."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from genai_studio.content_credentials.certificates import Certificates
from genai_studio.content_credentials.create_certificates import create_certificates


class MemoryKey:
    """A `SigningKey` that exists in memory only."""

    def __init__(self) -> None:
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self._certificates = create_certificates(self.private_key.public_key())

    def certificates(self) -> Certificates:
        return self._certificates

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data, ec.ECDSA(SHA256()))
