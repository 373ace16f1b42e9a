"""Links to images, as the client that asked can follow them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from genai_studio.ports import Images, SignedUrl


@dataclass(frozen=True, slots=True)
class Links:
    """Signs links and makes them absolute.

    Attributes:
        images: Signs; on one machine its links are paths on the studio's own host.
        base_url: Scheme and host under which the client reached the studio,
            without a slash at the end; empty leaves paths as they are.
    """

    images: Images
    base_url: str = ""

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """See `Images.sign`."""
        signed = self.images.sign(key, download_name=download_name)
        if signed.url.startswith("/"):
            return replace(signed, url=self.base_url + signed.url)
        return signed
