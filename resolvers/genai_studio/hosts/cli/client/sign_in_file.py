"""The stored sign-in to a studio in an AWS account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from genai_studio.aws.user_pool import UserPool
from genai_studio.hosts.cli.client.deployment import Deployment
from genai_studio.local.atomic_file import create_file

if TYPE_CHECKING:
    from genai_studio.hosts.cli.client.cognito import Tokens

FILE = "sign-in.json"

MIN_REMAINING = timedelta(minutes=30)
"""Remaining lifetime below which an access token is renewed: the longest generation."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A user's tokens and the deployment that they are valid for.

    Attributes:
        user_pool_endpoint: URL of the user pool, if it is not AWS's.
        access_token: Sent with each request.
        refresh_token: Exchanged for new access tokens.
        expires_at: When the access token expires.
    """

    user_pool_id: str
    user_pool_client_id: str
    user_pool_endpoint: str | None
    appsync_url: str | None
    http_url: str | None
    username: str
    access_token: str
    refresh_token: str
    expires_at: datetime

    @property
    def pool(self) -> UserPool:
        """The user pool that issued the tokens."""
        return UserPool(self.user_pool_id, self.user_pool_client_id, self.user_pool_endpoint)

    @classmethod
    def create(cls, deployment: Deployment, username: str, tokens: Tokens, now: datetime) -> SignIn:
        """Create the sign-in of a user who has just signed in."""
        return cls(
            user_pool_id=deployment.pool.pool_id,
            user_pool_client_id=deployment.pool.client_id,
            user_pool_endpoint=deployment.pool.own_endpoint,
            appsync_url=deployment.appsync_url,
            http_url=deployment.http_url,
            username=username,
            access_token=tokens.access,
            refresh_token=tokens.refresh or "",
            expires_at=now + timedelta(seconds=tokens.lifetime),
        )

    def renewed(self, tokens: Tokens, now: datetime) -> SignIn:
        """Return a copy with new tokens. Cognito may keep the refresh token."""
        return replace(
            self,
            access_token=tokens.access,
            refresh_token=tokens.refresh or self.refresh_token,
            expires_at=now + timedelta(seconds=tokens.lifetime),
        )

    def is_fresh(self, now: datetime) -> bool:
        """Return whether the access token is valid for at least `MIN_REMAINING`."""
        return now + MIN_REMAINING < self.expires_at


def read_sign_in(data_dir: Path) -> SignIn | None:
    """Read the stored sign-in; return None if it is missing or invalid."""
    try:
        return msgspec.json.decode((data_dir / FILE).read_bytes(), type=SignIn)
    except (OSError, msgspec.MsgspecError):
        return None


def write_sign_in(data_dir: Path, sign_in: SignIn) -> None:
    """Store a sign-in with mode 0600. Replaces an earlier one atomically."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = data_dir / f".{FILE}.{secrets.token_hex(8)}"
    create_file(temporary, msgspec.json.encode(sign_in), mode=0o600)
    temporary.replace(data_dir / FILE)


def delete_sign_in(data_dir: Path) -> None:
    """Delete the stored sign-in, if there is one."""
    (data_dir / FILE).unlink(missing_ok=True)
