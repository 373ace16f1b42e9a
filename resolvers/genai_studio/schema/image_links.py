"""Signed links to images, reachable by the client that requested them."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.ports import Images, SignedUrl, UploadTarget


@dataclass(frozen=True, slots=True)
class ImageLinks:
    """Sign links to images and make them absolute.

    Attributes:
        images: The store that signs. On one machine it returns paths on the
            studio's own host; in AWS, presigned S3 URLs.
        base_url: Scheme and host under which the client reached the studio,
            without a trailing slash. If empty, paths stay relative.
    """

    images: Images
    base_url: str = ""

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """Sign a link to an image, which may be a path. See `Images.sign`."""
        return self.images.sign(key, download_name=download_name)

    def absolute(self, signed: SignedUrl | UploadTarget) -> str:
        """Return the link as a URL that the client can reach."""
        return self.base_url + signed.url if signed.url.startswith("/") else signed.url
