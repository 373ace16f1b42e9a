"""The image store port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """A URL of one object that needs no other credential.

    Attributes:
        url: An absolute URL, or a path on the studio's own host.
        expires_at: The URL works at least until this time.
    """

    url: str
    expires_at: datetime


class Images(Protocol):
    """Store of images, thumbnails and previews by object key."""

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object.

        Raises:
            ImageExists: The key is already used. The stored object is unchanged.
        """

    async def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            ImageMissing: No object has this key.
        """

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        """Delete all objects under a prefix. Succeeds if there are none.

        Args:
            prefix: Must end with “/”.
            keep: Objects whose keys start with one of these are not deleted.
        """

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """Create a signed URL for an object, without I/O.

        Args:
            download_name: The browser saves the object under this name instead
                of displaying it.
        """
