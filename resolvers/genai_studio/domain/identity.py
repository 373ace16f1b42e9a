"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Owner = NewType("Owner", str)
"""The stable id of a person: the `sub` claim of their access token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person whose access token was verified.

    Attributes:
        owner: Under this id everything of theirs is kept.
        username: The name they signed in with, for people to read.
        expires_at: Unix seconds at which the token, and with it any open
            connection, ends.
    """

    owner: Owner
    username: str
    expires_at: int
