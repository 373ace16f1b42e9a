"""Who calls, as AppSync finds out: by a token of the user pool, or by a signature."""

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
"""An older signature is refused."""


@dataclass(frozen=True)
class User:
    """Somebody of the user pool, by the claims of a token."""

    claims: Mapping[str, Any]
    mode = USER_POOL


@dataclass(frozen=True)
class Role:
    """Whoever holds AWS credentials."""

    access_key: str
    mode = IAM


Caller = User | Role
VerifyToken = Callable[[str], Awaitable[User]]


class Refused(Exception):
    """Not let in.

    Attributes:
        status: Of the HTTP answer.
        error_type: For programs.
    """

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type


def unauthorized(message: str) -> Refused:
    return Refused(401, "UnauthorizedException", message)


class PoolTokens:
    """Checks tokens by the keys that a user pool publishes, as AppSync does by itself.

    Access and ID tokens are equally good to AppSync; that the studio wants
    access tokens is for its function to say.
    """

    def __init__(self, pool: UserPool) -> None:
        self._issuer = pool.issuer
        self._keys = jwt.PyJWKClient(pool.keys_url, timeout=10)

    async def __call__(self, token: str) -> User:
        """Whose token it is.

        Raises:
            Refused: Nobody's.
        """
        return await anyio.to_thread.run_sync(self._verify, token)

    def _verify(self, token: str) -> User:
        if token.lower().startswith("bearer "):
            # Accounts differ on whether AppSync takes the scheme: do not rely on it.
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
    """Checks signatures of version 4 by signing the same request again, as AWS does.

    Args:
        credentials: Those that may call.
    """

    def __init__(self, *credentials: Credentials, region: str = REGION) -> None:
        self._credentials = {one.access_key: one for one in credentials or (_TESTS,)}
        self._region = region

    def verify(self, url: str, headers: Mapping[str, str], body: bytes) -> Role:
        """Whose signature it is.

        Args:
            headers: By names in small letters.

        Raises:
            Refused: Nobody's, or not that of this request.
        """
        given = _parameters(headers["authorization"])
        scope = given.get("credential", "").split("/")
        signed = given.get("signedheaders", "").split(";")
        if len(scope) != 5 or not {"host", "x-amz-date"} <= set(signed):
            raise Refused(403, "IncompleteSignatureException", "The signature is incomplete.")
        known = self._credentials.get(scope[0])
        if known is None:
            message = "The security token included in the request is invalid."
            raise Refused(403, "UnrecognizedClientException", message)
        if headers.get("x-amz-security-token") != known.token:
            message = "The security token included in the request is invalid."
            raise Refused(403, "UnrecognizedClientException", message)
        _demand_recent(headers["x-amz-date"])
        request = AWSRequest("POST", url, {name: headers.get(name, "") for name in signed}, body)
        request.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(known, "appsync", self._region)
        expected = signer.signature(
            signer.string_to_sign(request, signer.canonical_request(request)), request
        )
        if "/".join(scope[1:]) != signer.credential_scope(request) or expected != given.get(
            "signature"
        ):
            message = "The request signature we calculated does not match."
            raise Refused(403, "InvalidSignatureException", message)
        return Role(known.access_key)


_TESTS = Credentials(ACCESS_KEY, SECRET_KEY)


def _parameters(authorization: str) -> dict[str, str]:
    fields = authorization.removeprefix("AWS4-HMAC-SHA256 ").split(",")
    pairs = (field.strip().partition("=") for field in fields)
    return {name.lower(): value for name, _, value in pairs}


def _demand_recent(timestamp: str) -> None:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(403, "IncompleteSignatureException", "x-amz-date is no date.") from None
    if abs(datetime.now(UTC) - signed_at) > CLOCK_SKEW:
        raise Refused(403, "InvalidSignatureException", "Signature expired.")
