"""The signing key of a studio on one machine, and its certificates."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from genai_studio.content_credentials.certificates import Certificates
from genai_studio.content_credentials.create_certificates import (
    InvalidCertificates,
    create_certificates,
    read_certificates,
)
from genai_studio.local.key_file import damaged, read_or_create_secret

DIRECTORY = "content-credentials"
KEY_FILE = "signing.pem"
ANCHOR_FILE = "anchor.pem"

_REMEDY = (
    "Restore it from a backup, or delete the directory: the studio creates a new key, and images "
    "signed with the old one are no longer trusted."
)
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class LocalSigningKey:
    """A key in the data directory (`content_credentials.signing_key.SigningKey`).

    One file contains the key and its certificates, so that they cannot be mixed up. The
    file `anchor.pem` beside it repeats the public certificate of the authority, for other
    programs that validate the images.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificates: Certificates) -> None:
        self._key = key
        self._certificates = certificates

    @classmethod
    def open(cls, data_dir: Path) -> LocalSigningKey:
        """Load the key of a data directory; create it if it does not exist.

        Raises:
            StudioUnavailable: The key file is damaged. The message names it.
        """
        path = data_dir / DIRECTORY / KEY_FILE
        pem = read_or_create_secret(path, _new_key)
        key = _private_key(path, pem)
        certificates = pem[max(pem.find(_CERTIFICATE), 0) :]
        try:
            found = read_certificates(certificates, key.public_key())
        except InvalidCertificates as error:
            raise damaged(path, str(error), _REMEDY) from error
        read_or_create_secret(path.with_name(ANCHOR_FILE), found.anchor.encode)
        return cls(key, found)

    def certificates(self) -> Certificates:
        """See `SigningKey.certificates`."""
        return self._certificates

    def sign(self, data: bytes) -> bytes:
        """See `SigningKey.sign`."""
        return self._key.sign(data, ec.ECDSA(SHA256()))


def _new_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + create_certificates(key.public_key()).pem.encode("ascii")


def _private_key(path: Path, pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise damaged(path, "it is not a private key", _REMEDY) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise damaged(path, "it is not an ECDSA key on the curve P-256", _REMEDY)
    return key
