"""Keep the images of one attempt: each with its thumbnail, all at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from genai_studio.domain.errors import EndpointError, ImageExists
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import Image, attempt_prefix
from genai_studio.ports import EndpointImage, Images

T = TypeVar("T")


class Stored(Protocol):
    """What is kept of one image."""

    @property
    def png(self) -> bytes:
        """The image, its provenance inside."""

    @property
    def thumbnail(self) -> bytes:
        """A small WebP of it."""

    @property
    def placeholder(self) -> str:
        """Base64 thumbhash."""

    @property
    def sha256(self) -> str:
        """Hex digest of `png`."""

    @property
    def width(self) -> int:
        """Pixels, as the endpoint really answered."""

    @property
    def height(self) -> int:
        """Pixels, as the endpoint really answered."""


ImageEncoder = Callable[[EndpointImage, Generation, int], Stored]
"""Turns image `index` of a generation into what is kept; CPU only, runs in a thread."""


class ImageWriter:
    """Stores images under the prefix of the claim that made them."""

    def __init__(self, images: Images, encode_image: ImageEncoder) -> None:
        self._images = images
        self._store_form = encode_image

    async def keep(
        self, claimed: Generation, drawn_images: Sequence[EndpointImage]
    ) -> tuple[Image, ...]:
        """Store them all; when one cannot be, none is still being written.

        Raises:
            EndpointError: They are not as many as were asked for, or one is damaged.
            OSError, StudioUnavailable: One could not be stored.
        """
        if len(drawn_images) != claimed.request.count:
            message = f"It sent {len(drawn_images)} images instead of {claimed.request.count}."
            raise EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, message, retryable=True)
        return await _all(
            *(self._keep(claimed, drawn, index) for index, drawn in enumerate(drawn_images))
        )

    async def _keep(self, claimed: Generation, drawn: EndpointImage, index: int) -> Image:
        stored = await asyncio.to_thread(self._store_form, drawn, claimed, index)
        prefix = attempt_prefix(claimed.owner, claimed.id, claimed.fence)
        key, thumbnail_key = f"{prefix}{index}.png", f"{prefix}{index}.webp"
        await _all(
            self._put(key, stored.png, "image/png"),
            self._put(thumbnail_key, stored.thumbnail, "image/webp"),
        )
        return Image(
            key=key,
            thumbnail_key=thumbnail_key,
            width=stored.width,
            height=stored.height,
            seed=drawn.seed,
            content_type="image/png",
            bytes=len(stored.png),
            sha256=stored.sha256,
            placeholder=stored.placeholder,
        )

    async def _put(self, key: str, data: bytes, content_type: str) -> None:
        # The key holds this claim's fence: what lies there is this attempt's own,
        # written by a call whose answer was lost.
        with suppress(ImageExists):
            await self._images.put(key, data, content_type)


async def _all(*work: Coroutine[Any, Any, T]) -> tuple[T, ...]:
    """Every result, or the first error once all have ended: what a failed attempt
    stored is deleted next, and nothing may be written after that.
    """
    done: list[T] = []
    errors: list[BaseException] = []
    for ended in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(ended, BaseException):
            errors.append(ended)
        else:
            done.append(ended)
    if errors:
        raise errors[0]
    return tuple(done)
