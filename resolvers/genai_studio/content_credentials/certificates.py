"""The certificates of a signing key."""

from __future__ import annotations

from dataclasses import dataclass

_BEGIN = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of one signing key, as PEM.

    Attributes:
        signer: Certificate of the signing key. It is part of each signature.
        anchor: Certificate of the authority. Verifiers that have it trust the signatures.
    """

    signer: str
    anchor: str

    @property
    def pem(self) -> str:
        """Both certificates in one text, the signer's first."""
        return self.signer + self.anchor

    @classmethod
    def split(cls, pem: str) -> Certificates:
        """Split the text of `pem`, without parsing the certificates."""
        second = pem.find(_BEGIN, len(_BEGIN))
        return cls(pem[:second], pem[second:])
