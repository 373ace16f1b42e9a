"""Configuration of the Cognito user pool that authenticates users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_POOL_ID = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]+")
_CLIENT_ID = re.compile(r"\w{1,128}")


@dataclass(frozen=True, slots=True)
class UserPool:
    """A user pool and the app client of this studio.

    Attributes:
        pool_id: Such as `eu-central-1_Ab12Cd34E`.
        client_id: ID of a public app client, without a client secret.
        own_endpoint: Origin (scheme, host, port) of the pool when it does not run
            in AWS, such as a Cognito emulator.

    Raises:
        ValueError: A value is malformed. The message names the value.
    """

    pool_id: str
    client_id: str
    own_endpoint: str | None = None

    def __post_init__(self) -> None:
        if _POOL_ID.fullmatch(self.pool_id) is None:
            raise ValueError("The user pool ID looks like eu-central-1_Ab12Cd34E.")
        if _CLIENT_ID.fullmatch(self.client_id) is None:
            raise ValueError("The app client ID consists of 1 to 128 letters and digits.")
        if self.own_endpoint is not None and not _is_origin(self.own_endpoint):
            raise ValueError("The endpoint looks like http://127.0.0.1:4566, without a path.")

    @property
    def region(self) -> str:
        """AWS region of the pool: the prefix of its ID."""
        return self.pool_id.partition("_")[0]

    @property
    def issuer(self) -> str:
        """The `iss` claim of the pool's tokens. It names AWS even for an emulator."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool_id}"

    @property
    def endpoint(self) -> str:
        """Origin that a browser calls to sign in."""
        return self.own_endpoint or f"https://cognito-idp.{self.region}.amazonaws.com"

    @property
    def keys_url(self) -> str:
        """URL of the pool's public signing keys."""
        return f"{self.endpoint}/{self.pool_id}/.well-known/jwks.json"


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if the port is invalid
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and re.fullmatch(r"[\w.:\[\]-]+", parts.netloc) is not None
        and f"{parts.scheme}://{parts.netloc}" == url
    )
