"""Who is signed in at a studio in an AWS account, kept in the data directory."""

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

FRESH = timedelta(minutes=30)
"""What a token should still last: as long as a generation may take."""


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A person's tokens, and what they open.

    Attributes:
        user_pool_endpoint: Where the pool answers when that is not AWS.
        access_token: Sent with every request.
        refresh_token: Gets further ones.
        expires_at: When the access token ends.
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
        """Where they signed in."""
        return UserPool(self.user_pool_id, self.user_pool_client_id, self.user_pool_endpoint)

    @classmethod
    def at(cls, deployment: Deployment, username: str, tokens: Tokens, now: datetime) -> SignIn:
        """Of somebody who has just signed in."""
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
        """The same with a further access token."""
        return replace(
            self,
            access_token=tokens.access,
            refresh_token=tokens.refresh or self.refresh_token,
            expires_at=now + timedelta(seconds=tokens.lifetime),
        )

    def is_fresh(self, now: datetime) -> bool:
        """Whether the access token lasts long enough to begin something with it."""
        return now + FRESH < self.expires_at


def read_sign_in(data_dir: Path) -> SignIn | None:
    """The sign-in that was kept; None where there is none to be understood."""
    try:
        return msgspec.json.decode((data_dir / FILE).read_bytes(), type=SignIn)
    except (OSError, msgspec.MsgspecError):
        return None


def keep_sign_in(data_dir: Path, sign_in: SignIn) -> None:
    """Keep a sign-in in place of the one before, readable by this person alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = data_dir / f".{FILE}.{secrets.token_hex(8)}"
    create_file(fresh, msgspec.json.encode(sign_in), mode=0o600)
    fresh.replace(data_dir / FILE)


def forget_sign_in(data_dir: Path) -> None:
    """Keep no sign-in any more."""
    (data_dir / FILE).unlink(missing_ok=True)
