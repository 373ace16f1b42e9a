"""The callers of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Owner = NewType("Owner", str)
"""The stable ID of a user: the `sub` claim of their access token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with a verified access token.

    Attributes:
        owner: Owner of the user's records and objects.
        username: Display name.
        expires_at: Unix time in seconds at which the token expires and open
            connections are closed.
    """

    owner: Owner
    username: str
    expires_at: int
