"""Verify access tokens of an Amazon Cognito user pool (`ports.Identity`)."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import jwt
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from genai_studio.domain.errors import StudioUnavailable, Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.identity.access_tokens import ALGORITHM, AccessTokenVerifier
from genai_studio.ports import Clock

REFETCH_INTERVAL = timedelta(seconds=30)
"""Minimum time between two fetches after a success. An unknown key ID triggers a
fetch, and anyone can send tokens with invented key IDs."""

RETRY_INTERVAL = timedelta(seconds=2)
"""Minimum time between two fetches after a failure."""

TIMEOUT_SECONDS = 3
MAX_BYTES = 100_000
"""Maximum size of the key set. A user pool publishes two keys of 500 bytes each."""


class CognitoIdentity:
    """Verifier of access tokens issued by one user pool to one app client.

    Args:
        issuer: The pool's `iss`:
            `https://cognito-idp.{region}.amazonaws.com/{pool id}`.
        client_id: ID of the app client.
        keys_url: URL of the key set. Defaults to the issuer's `jwks.json`.
    """

    def __init__(
        self, issuer: str, client_id: str, clock: Clock, keys_url: str | None = None
    ) -> None:
        keys = CognitoKeys(keys_url or f"{issuer}/.well-known/jwks.json", clock)
        self._verifier = AccessTokenVerifier(issuer, client_id, keys, clock)

    async def verify(self, token: str) -> Caller:
        """See `Identity.verify`.

        Raises:
            StudioUnavailable: The pool's keys cannot be fetched.
        """
        return await self._verifier.verify(token)


class CognitoKeys:
    """Signing keys of a user pool (`SigningKeys`), cached for the life of the process.

    Keys are fetched off the event loop. Concurrent callers share one fetch.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._http = URLLib3Session(timeout=TIMEOUT_SECONDS, max_pool_connections=1)
        self._keys: dict[str, RSAPublicKey] = {}
        self._next_fetch_at: datetime | None = None
        self._fetching: asyncio.Future[None] | None = None

    async def get(self, key_id: str) -> RSAPublicKey:
        """See `SigningKeys.get`.

        Raises:
            StudioUnavailable: No keys are cached, and they cannot be fetched.
        """
        if key_id not in self._keys:
            await self._refetch()
        try:
            return self._keys[key_id]
        except KeyError:
            pass
        if not self._keys:
            raise StudioUnavailable("The signing keys of the user pool cannot be fetched.")
        raise Unauthenticated("The token is signed with an unknown key.")

    async def _refetch(self) -> None:
        """Fetch the keys, or wait for a fetch in progress. Does nothing within the interval."""
        if self._fetching is None:
            if self._next_fetch_at is not None and self._clock.now() < self._next_fetch_at:
                return
            self._fetching = asyncio.ensure_future(self._fetch())
        # A canceled caller must not cancel the fetch for the other callers.
        await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        try:
            published = await asyncio.to_thread(self._download)
            self._keys = published or self._keys
            interval = REFETCH_INTERVAL if published else RETRY_INTERVAL
            self._next_fetch_at = self._clock.now() + interval
        finally:
            self._fetching = None

    def _download(self) -> dict[str, RSAPublicKey]:
        """Download the pool's keys by ID. Returns an empty dict on any invalid response."""
        try:
            response = self._http.send(AWSRequest("GET", self._url).prepare())
            body = response.content
            valid = response.status_code == 200 and len(body) <= MAX_BYTES
            return _parse(json.loads(body)) if valid else {}
        except (HTTPClientError, ValueError):
            return {}


def _parse(content: object) -> dict[str, RSAPublicKey]:
    """Return the RSA signing keys of a key set. Ignores entries of other types."""
    keys: dict[str, RSAPublicKey] = {}
    entries = content.get("keys") if isinstance(content, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        try:
            key = jwt.PyJWK.from_dict(entry, ALGORITHM)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            # PyJWT checks the presence of the fields, but not their types.
            continue
        if isinstance(key.key, RSAPublicKey) and isinstance(key.key_id, str) and key.key_id:
            keys[key.key_id] = key.key
    return keys
