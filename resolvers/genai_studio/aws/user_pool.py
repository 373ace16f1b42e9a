"""Which Cognito user pool signs people in, as every host has to know it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_POOL_ID = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)_[0-9A-Za-z]+")
_CLIENT_ID = re.compile(r"\w{1,128}")


@dataclass(frozen=True, slots=True)
class UserPool:
    """A user pool, and the application in it that this studio is.

    Attributes:
        pool_id: Such as `eu-central-1_Ab12Cd34E`.
        client_id: Of an application without a secret: a page could not keep one.
        own_endpoint: Where the pool answers when that is not AWS; scheme, host
            and port.

    Raises:
        ValueError: One of them cannot be; the message says which.
    """

    pool_id: str
    client_id: str
    own_endpoint: str | None = None

    def __post_init__(self) -> None:
        if _POOL_ID.fullmatch(self.pool_id) is None:
            raise ValueError("A user pool's id looks like eu-central-1_Ab12Cd34E.")
        if _CLIENT_ID.fullmatch(self.client_id) is None:
            raise ValueError("An application's id has letters and digits only.")
        if self.own_endpoint is not None and not _is_origin(self.own_endpoint):
            raise ValueError("Give the endpoint like http://127.0.0.1:4566.")

    @property
    def region(self) -> str:
        """The AWS region that the pool's id begins with."""
        return self.pool_id.partition("_")[0]

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens, which names AWS wherever the pool answers."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool_id}"

    @property
    def endpoint(self) -> str:
        """Scheme, host and port that a browser talks to when somebody signs in."""
        return self.own_endpoint or f"https://cognito-idp.{self.region}.amazonaws.com"

    @property
    def keys_url(self) -> str:
        """Where its public keys are."""
        return f"{self.endpoint}/{self.pool_id}/.well-known/jwks.json"


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and re.fullmatch(r"[\w.:\[\]-]+", parts.netloc) is not None
        and f"{parts.scheme}://{parts.netloc}" == url
    )
