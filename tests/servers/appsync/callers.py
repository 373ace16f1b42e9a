"""Authenticate callers as AppSync does: by a user pool token or an IAM signature."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread
import jwt
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from genai_studio.aws.user_pool import UserPool
from tests.servers.appsync.contract import IAM, USER_POOL
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY

CLOCK_SKEW = timedelta(minutes=5)
"""Maximum age of a signature."""


@dataclass(frozen=True)
class User:
    """A user of the user pool, with the claims of the token."""

    claims: Mapping[str, Any]
    mode = USER_POOL


@dataclass(frozen=True)
class Role:
    """An IAM role that signed the request."""

    access_key: str
    mode = IAM


Caller = User | Role
VerifyToken = Callable[[str], Awaitable[User]]


class AppSyncError(Exception):
    """An error that AppSync returns before it executes a document.

    Attributes:
        status: HTTP status code.
        error_type: Value of `errorType` in the response.
    """

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type


def unauthorized(message: str) -> AppSyncError:
    """Return the error of a request without valid credentials."""
    return AppSyncError(401, "UnauthorizedException", message)


class PoolTokens:
    """Verify tokens with the public keys of a user pool, as AppSync does.

    AppSync accepts access tokens and ID tokens. The studio's function rejects ID
    tokens itself.
    """

    def __init__(self, pool: UserPool) -> None:
        self._issuer = pool.issuer
        self._keys = jwt.PyJWKClient(pool.keys_url, timeout=10)

    async def __call__(self, token: str) -> User:
        """Verify a token and return its user.

        Raises:
            AppSyncError: The token is invalid or has expired.
        """
        return await anyio.to_thread.run_sync(self._verify, token)

    def _verify(self, token: str) -> User:
        if token.lower().startswith("bearer "):
            # Reports differ on whether AppSync accepts a scheme, so clients must not send one.
            raise unauthorized("Unable to parse JWT token.")
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"verify_aud": False, "require": ["exp", "iss", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise unauthorized("Token has expired.") from None
        except jwt.PyJWTError:
            raise unauthorized("Unable to parse JWT token.") from None
        return User(claims)


class Signatures:
    """Verify AWS Signature Version 4 by signing the same request again.

    Args:
        credentials: The credentials that may call. Default: those of the test servers.
    """

    def __init__(self, *credentials: Credentials, region: str = REGION) -> None:
        accepted = credentials or (_DEFAULT,)
        self._credentials = {one.access_key: one for one in accepted}
        self._region = region

    def verify(self, url: str, headers: Mapping[str, str], body: bytes) -> Role:
        """Verify the signature of a request and return the role that signed it.

        Args:
            headers: The request headers by lower-case name.

        Raises:
            AppSyncError: The credentials are unknown, or the signature does not match.
        """
        parameters = _parameters(headers["authorization"])
        scope = parameters.get("credential", "").split("/")
        signed = parameters.get("signedheaders", "").split(";")
        if len(scope) != 5 or not {"host", "x-amz-date"} <= set(signed):
            raise AppSyncError(403, "IncompleteSignatureException", "The signature is incomplete.")
        known = self._credentials.get(scope[0])
        if known is None:
            message = "The security token included in the request is invalid."
            raise AppSyncError(403, "UnrecognizedClientException", message)
        if headers.get("x-amz-security-token") != known.token:
            message = "The security token included in the request is invalid."
            raise AppSyncError(403, "UnrecognizedClientException", message)
        _check_age(headers["x-amz-date"])
        request = AWSRequest("POST", url, {name: headers.get(name, "") for name in signed}, body)
        request.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(known, "appsync", self._region)
        expected = signer.signature(
            signer.string_to_sign(request, signer.canonical_request(request)), request
        )
        if "/".join(scope[1:]) != signer.credential_scope(request) or expected != parameters.get(
            "signature"
        ):
            message = "The request signature we calculated does not match."
            raise AppSyncError(403, "InvalidSignatureException", message)
        return Role(known.access_key)


_DEFAULT = Credentials(ACCESS_KEY, SECRET_KEY)


def _parameters(authorization: str) -> dict[str, str]:
    fields = authorization.removeprefix("AWS4-HMAC-SHA256 ").split(",")
    pairs = (field.strip().partition("=") for field in fields)
    return {name.lower(): value for name, _, value in pairs}


def _check_age(timestamp: str) -> None:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise AppSyncError(
            403, "IncompleteSignatureException", "x-amz-date is not a valid date."
        ) from None
    if abs(datetime.now(UTC) - signed_at) > CLOCK_SKEW:
        raise AppSyncError(403, "InvalidSignatureException", "Signature expired.")
