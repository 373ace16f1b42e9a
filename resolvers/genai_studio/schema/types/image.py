"""`Image`: a generated image, with links that expire."""

from datetime import datetime

import strawberry

from genai_studio.domain import image as domain
from genai_studio.ports import SignedUrl
from genai_studio.schema.directives import PUBLISHED
from genai_studio.schema.image_links import ImageLinks


@strawberry.type(
    directives=PUBLISHED,
    description="A generated image. Its links are signed when they are read, and expire.",
)
class Image:
    id: strawberry.ID = strawberry.field(description="Unique among all images.")
    width: int = strawberry.field(description="Width in pixels.")
    height: int = strawberry.field(description="Height in pixels.")
    seed: int = strawberry.field(description="Seed of this image.")
    content_type: str = strawberry.field(description="Currently always image/png.")
    bytes: int = strawberry.field(description="Size of the PNG in bytes.")
    sha256: str = strawberry.field(description="SHA-256 of the PNG, lowercase hex.")
    placeholder: str = strawberry.field(
        description="ThumbHash in base64, a placeholder while the image loads."
    )
    _image: strawberry.Private[domain.Image]
    _links: strawberry.Private[ImageLinks]
    _file_name: strawberry.Private[str]
    _signed: strawberry.Private[SignedUrl | None] = None

    @classmethod
    def from_domain(
        cls, image: domain.Image, links: ImageLinks, generation_id: str, index: int
    ) -> "Image":
        """Convert the image at `index` of a generation."""
        return cls(
            id=strawberry.ID(f"{generation_id}/{index}"),
            width=image.width,
            height=image.height,
            seed=image.seed,
            content_type=image.content_type,
            bytes=image.bytes,
            sha256=image.sha256,
            placeholder=image.placeholder,
            _image=image,
            _links=links,
            _file_name=domain.file_name(generation_id, index),
        )

    def _signed_url(self) -> SignedUrl:
        if self._signed is None:
            self._signed = self._links.sign(self._image.key)
        return self._signed

    @strawberry.field(description="Link to the PNG.")
    def url(self) -> str:
        return self._links.absolute(self._signed_url())

    @strawberry.field(description="Link to the PNG as an attachment: browsers save it as a file.")
    def download_url(self) -> str:
        key = self._image.labeled_key or self._image.key
        signed = self._links.sign(key, download_name=self._file_name)
        return self._links.absolute(signed)

    @strawberry.field(description="Link to a WebP thumbnail.")
    def thumbnail_url(self) -> str:
        return self._links.absolute(self._links.sign(self._image.thumbnail_key))

    @strawberry.field(description="When the links expire. Query them again before.")
    def expires_at(self) -> datetime:
        return self._signed_url().expires_at
