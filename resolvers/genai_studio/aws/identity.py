"""`ports.Identity` by an Amazon Cognito user pool."""

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

REFETCHED = timedelta(seconds=30)
"""For an unknown key id the keys are fetched again, but no more often than this:
anybody may send tokens with made-up key ids."""

RETRIED = timedelta(seconds=2)
"""When they could not be had at all."""

TIMEOUT_SECONDS = 3
MAX_BYTES = 100_000
"""A pool has two keys, of 500 bytes each."""


class CognitoIdentity:
    """Access tokens of one user pool and one of its applications.

    Args:
        issuer: The pool's `iss`:
            `https://cognito-idp.{region}.amazonaws.com/{pool id}`.
        client_id: Of the application.
        keys_url: Where its keys are published; None where Cognito has them.
    """

    def __init__(
        self, issuer: str, client_id: str, clock: Clock, keys_url: str | None = None
    ) -> None:
        keys = CognitoKeys(keys_url or f"{issuer}/.well-known/jwks.json", clock)
        self._verifier = AccessTokenVerifier(issuer, client_id, keys, clock)

    async def verify(self, token: str) -> Caller:
        """See `Identity.verify`.

        Raises:
            StudioUnavailable: The pool's keys cannot be had.
        """
        return await self._verifier.verify(token)


class CognitoKeys:
    """`SigningKeys` of a user pool, kept for as long as the process lives.

    Keys are fetched off the event loop, by one caller for all who wait.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._http = URLLib3Session(timeout=TIMEOUT_SECONDS, max_pool_connections=1)
        self._keys: dict[str, RSAPublicKey] = {}
        self._next_try: datetime | None = None
        self._fetching: asyncio.Future[None] | None = None

    async def get(self, key_id: str) -> RSAPublicKey:
        """See `SigningKeys.get`.

        Raises:
            StudioUnavailable: There are no keys yet, and they cannot be had.
        """
        if key_id not in self._keys:
            await self._refetch()
        try:
            return self._keys[key_id]
        except KeyError:
            pass
        if not self._keys:
            raise StudioUnavailable("The keys of the user pool cannot be had.")
        raise Unauthenticated("The token was signed with a key we do not know.")

    async def _refetch(self) -> None:
        """Fetch the keys, unless that was tried a moment ago; wait where it is under way."""
        if self._fetching is None:
            if self._next_try is not None and self._clock.now() < self._next_try:
                return
            self._fetching = asyncio.ensure_future(self._fetch())
        # Whoever stops waiting does not stop it for the others.
        await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        try:
            published = await asyncio.to_thread(self._published)
            self._keys = published or self._keys
            self._next_try = self._clock.now() + (REFETCHED if published else RETRIED)
        finally:
            self._fetching = None

    def _published(self) -> dict[str, RSAPublicKey]:
        """The pool's keys by id; none where it does not answer as it should."""
        try:
            answer = self._http.send(AWSRequest("GET", self._url).prepare())
            body = answer.content
            good = answer.status_code == 200 and len(body) <= MAX_BYTES
            return _parse(json.loads(body)) if good else {}
        except (HTTPClientError, ValueError):
            return {}


def _parse(content: object) -> dict[str, RSAPublicKey]:
    """The RSA keys for signatures; what else there may be is left aside."""
    keys: dict[str, RSAPublicKey] = {}
    for entry in content["keys"] if isinstance(content, dict) and "keys" in content else ():
        try:
            key = jwt.PyJWK.from_dict(entry, ALGORITHM)
        except jwt.PyJWTError:
            continue
        if isinstance(key.key, RSAPublicKey) and key.key_id:
            keys[key.key_id] = key.key
    return keys
