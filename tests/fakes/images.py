"""In-memory `ports.Images`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from genai_studio.domain.errors import ImageExists, ImageMissing
from genai_studio.ports import Clock, Images, SignedUrl

LIFETIME = timedelta(minutes=15)


class FakeImages(Images):
    """Stores objects in a dictionary. Its URLs have a constant signature.

    Attributes:
        objects: The stored objects by key.
    """

    def __init__(self, clock: Clock) -> None:
        self.objects: dict[str, bytes] = {}
        self._clock = clock

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        if key in self.objects:
            raise ImageExists(f"{key} exists.")
        self.objects[key] = data

    async def get(self, key: str) -> bytes:
        try:
            return self.objects[key]
        except KeyError:
            raise ImageMissing(f"{key} does not exist.") from None

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        for key in list(self.objects):
            if key.startswith(prefix) and not key.startswith(tuple(keep)):
                del self.objects[key]

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        expires_at = self._clock.now() + LIFETIME
        download = "" if download_name is None else f"&download={quote(download_name)}"
        expires = int(expires_at.timestamp())
        return SignedUrl(f"/images/{key}?expires={expires}{download}&signature=fake", expires_at)
