"""Issue and verify access tokens for a studio on one machine."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
import uuid
from datetime import timedelta
from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from genai_studio.domain.identity import Caller
from genai_studio.identity.access_tokens import ALGORITHM, AccessTokenVerifier
from genai_studio.identity.signing_keys import FixedSigningKeys
from genai_studio.local.key_file import (
    check_fingerprint,
    damaged,
    digest,
    read_or_create_key,
    read_or_create_secret,
)
from genai_studio.normalization import nfkc
from genai_studio.ports import Clock

ISSUER = "urn:genai-studio:local"
CLIENT_ID = "genai-studio-local"
DIRECTORY = "identity"
MAX_USERNAME = 128
CLOCK_CORRECTION_SECONDS = 86_400
"""Tokens stay valid if the machine's clock is set back by up to this time."""

_KEY_FILE = "token-signing.pem"
_SUBJECTS_FILE = "subjects.key"
_FINGERPRINT_FILE = "subjects-key.sha256"
_SUBJECTS_REMEDY = (
    "With another key, all users would lose their history. Restore the file from a backup."
)
_SIGNING_REMEDY = (
    "Restore it from a backup, or delete it: the studio creates a new key, and everyone must sign "
    "in again."
)
_RSA_BITS = 2048


class LocalIdentity:
    """`ports.Identity` with a key pair from the data directory; also issues the tokens.

    A user's `sub` is an HMAC-SHA256 of the user name with a second secret,
    formatted as a UUID. Every process that can read the directory (the running
    studio, `genai-studio token`) derives the same `sub` without a shared table.
    It cannot be guessed without the secret and does not change when the signing
    key is replaced.
    """

    def __init__(self, signing_key: rsa.RSAPrivateKey, subjects_key: bytes, clock: Clock) -> None:
        self._signing_key = signing_key
        self._subjects_key = subjects_key
        self._clock = clock
        public_key = signing_key.public_key()
        spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._key_id = hashlib.sha256(spki).hexdigest()[:32]
        keys = FixedSigningKeys({self._key_id: public_key})
        self._verifier = AccessTokenVerifier(
            ISSUER, CLIENT_ID, keys, clock, leeway_seconds=CLOCK_CORRECTION_SECONDS
        )

    @classmethod
    def open(cls, data_dir: Path, clock: Clock) -> LocalIdentity:
        """Load the secrets of a data directory; create them if they do not exist.

        Raises:
            StudioUnavailable: A key file is damaged or missing. The message names it.
        """
        directory = data_dir / DIRECTORY
        subjects, fingerprint = directory / _SUBJECTS_FILE, data_dir / _FINGERPRINT_FILE
        check_fingerprint(subjects, fingerprint, _SUBJECTS_REMEDY)
        subjects_key = read_or_create_key(subjects, _SUBJECTS_REMEDY)
        read_or_create_secret(fingerprint, lambda: digest(subjects_key))
        return cls(_signing_key(directory / _KEY_FILE), subjects_key, clock)

    def issue(self, username: str, lifetime: timedelta) -> str:
        """Issue an access token for a user. Users need no registration.

        Names that differ only in case or in Unicode normalization are the same user.

        Raises:
            ValueError: The name is empty, longer than `MAX_USERNAME`, or contains
                control characters.
        """
        name = _checked_username(username)
        issued_at = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "sub": self._subject(name),
            "username": name,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "iat": issued_at,
            "exp": issued_at + int(lifetime.total_seconds()),
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._signing_key, ALGORITHM, headers={"kid": self._key_id})

    async def verify(self, token: str) -> Caller:
        """See `Identity.verify`."""
        return await self._verifier.verify(token)

    def _subject(self, username: str) -> str:
        digest = hmac.new(self._subjects_key, username.casefold().encode(), hashlib.sha256)
        # RFC 9562 reserves version 8 for custom UUIDs.
        octets = bytearray(digest.digest()[:16])
        octets[6] = 0x80 | octets[6] & 0x0F
        octets[8] = 0x80 | octets[8] & 0x3F
        return str(uuid.UUID(bytes=bytes(octets)))


def _signing_key(path: Path) -> rsa.RSAPrivateKey:
    pem = read_or_create_secret(path, _new_signing_key)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise damaged(path, "it is not a private key", _SIGNING_REMEDY) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _RSA_BITS:
        reason = f"it is not an RSA key of at least {_RSA_BITS} bits"
        raise damaged(path, reason, _SIGNING_REMEDY)
    return key


def _new_signing_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _checked_username(username: str) -> str:
    name = nfkc(username[: MAX_USERNAME + 1]).strip()
    if (
        len(username) > MAX_USERNAME
        or not 1 <= len(name) <= MAX_USERNAME
        or any(unicodedata.category(character).startswith("C") for character in name)
    ):
        raise ValueError(
            f"A user name must have 1 to {MAX_USERNAME} characters and no control characters."
        )
    return name
