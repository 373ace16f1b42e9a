"""A studio on one machine is its own issuer of access tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
import uuid
from datetime import timedelta
from pathlib import Path

import jwt
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
from genai_studio.local.atomic_file import read_or_create
from genai_studio.ports import Clock

ISSUER = "urn:genai-studio:local"
CLIENT_ID = "genai-studio-local"
DIRECTORY = "identity"
MAX_USERNAME = 128

_KEY_FILE = "token-signing.pem"
_SUBJECTS_FILE = "subjects.key"
_RSA_BITS = 2048


class LocalIdentity:
    """`ports.Identity` by a key pair of the data directory, and the issuer of its tokens.

    A user's `sub` is derived from their name with a second secret (HMAC-SHA256,
    written as a UUID). So every process that may read the directory, the
    running studio and `genai-studio token` alike, gives a name the same `sub`
    without a table they would have to share; it cannot be guessed without the
    secret; and it stays when the signing key is replaced.
    """

    def __init__(self, signing_key: rsa.RSAPrivateKey, subjects_key: bytes, clock: Clock) -> None:
        self._signing_key = signing_key
        self._subjects_key = subjects_key
        self._clock = clock
        public_key = signing_key.public_key()
        spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._key_id = hashlib.sha256(spki).hexdigest()[:32]
        keys = FixedSigningKeys({self._key_id: public_key})
        self._verifier = AccessTokenVerifier(ISSUER, CLIENT_ID, keys, clock)

    @classmethod
    def open(cls, data_dir: Path, clock: Clock) -> LocalIdentity:
        """The issuer of a data directory; its secrets are made by the first to ask."""
        directory = data_dir / DIRECTORY
        pem = read_or_create(directory / _KEY_FILE, _new_signing_key)
        subjects_key = read_or_create(directory / _SUBJECTS_FILE, lambda: secrets.token_bytes(32))
        signing_key = load_pem_private_key(pem, password=None)
        if not isinstance(signing_key, rsa.RSAPrivateKey):
            raise TypeError(f"{directory / _KEY_FILE} holds no RSA key.")
        return cls(signing_key, subjects_key, clock)

    def issue(self, username: str, lifetime: timedelta) -> str:
        """An access token for a user, who need not exist before.

        Names that differ only in case or in Unicode form are the same user.

        Raises:
            ValueError: The name is empty, longer than `MAX_USERNAME`, or holds
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
        # RFC 9562 leaves version 8 to whoever makes the UUID.
        octets = bytearray(digest.digest()[:16])
        octets[6] = 0x80 | octets[6] & 0x0F
        octets[8] = 0x80 | octets[8] & 0x3F
        return str(uuid.UUID(bytes=bytes(octets)))


def _new_signing_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _checked_username(username: str) -> str:
    name = unicodedata.normalize("NFKC", username).strip()
    if not 1 <= len(name) <= MAX_USERNAME or any(
        unicodedata.category(character).startswith("C") for character in name
    ):
        raise ValueError(
            f"A user name has 1 to {MAX_USERNAME} characters, none of them a control character."
        )
    return name
