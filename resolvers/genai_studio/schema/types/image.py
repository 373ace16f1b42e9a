"""`Image`: one finished image, with links that expire."""

from datetime import datetime

import strawberry

from genai_studio.domain import image as domain
from genai_studio.ports import SignedUrl
from genai_studio.schema.directives import PUBLISHED
from genai_studio.schema.roots.links import Links


@strawberry.type(
    directives=PUBLISHED,
    description="A finished image. Its links are made when they are read and expire.",
)
class Image:
    id: strawberry.ID = strawberry.field(description="Unique among all images.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    seed: int = strawberry.field(description="The seed of this very image.")
    content_type: str = strawberry.field(description="Always image/png so far.")
    bytes: int = strawberry.field(description="Size of the PNG.")
    sha256: str = strawberry.field(description="Lower-case hex digest of the PNG.")
    placeholder: str = strawberry.field(
        description="Base64 thumbhash to paint until the pixels come."
    )
    _image: strawberry.Private[domain.Image]
    _links: strawberry.Private[Links]
    _name: strawberry.Private[str]

    @classmethod
    def of(cls, image: domain.Image, links: Links, generation_id: str, index: int) -> "Image":
        """The image at `index` of a generation."""
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
            _name=f"genai-studio-{generation_id}-{index}.png",
        )

    def _signed(self) -> SignedUrl:
        return self._links.sign(self._image.key)

    @strawberry.field(description="The PNG, to show.")
    def url(self) -> str:
        return self._signed().url

    @strawberry.field(description="The PNG, to save: a browser keeps it as a file.")
    def download_url(self) -> str:
        return self._links.sign(self._image.key, download_name=self._name).url

    @strawberry.field(description="A small WebP of it.")
    def thumbnail_url(self) -> str:
        return self._links.sign(self._image.thumbnail_key).url

    @strawberry.field(description="Until then the links work; ask again before.")
    def expires_at(self) -> datetime:
        return self._signed().expires_at
