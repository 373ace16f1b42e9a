"""Store the images and thumbnails of one attempt concurrently."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from genai_studio.domain.errors import (
    EndpointError,
    ImageExists,
    ImageMissing,
    StudioUnavailable,
)
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import Image, attempt_prefix
from genai_studio.ports import EndpointImage, ImageEncoder, Images, KeptInputs
from genai_studio.services.attempt.edit_inputs import EditInputKeeper

T = TypeVar("T")


class ImageWriter:
    """Stores images under the prefix of their claim."""

    def __init__(
        self, images: Images, encode_image: ImageEncoder, sources: EditInputKeeper
    ) -> None:
        self._images = images
        self._encode_image = encode_image
        self._sources = sources

    async def write(
        self, claimed: Generation, images: Sequence[EndpointImage]
    ) -> tuple[Image, ...]:
        """Store all images. No write is pending when this raises.

        Raises:
            EndpointError: The number of images is wrong, or an image is corrupt.
            OSError, StudioUnavailable: An image could not be stored.
        """
        expected = claimed.request.count
        if len(images) != expected:
            message = f"The endpoint returned {len(images)} images, expected {expected}."
            raise EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, message, retryable=True)
        kept = await self._sources.kept(claimed)
        # Combining an image with a large source needs several times its memory.
        at_once = asyncio.Semaphore(len(images) if kept is None else 1)
        return await _gather_all(
            *(
                self._write_one(claimed, image, index, kept, at_once)
                for index, image in enumerate(images)
            )
        )

    async def _write_one(
        self,
        claimed: Generation,
        image: EndpointImage,
        index: int,
        kept: KeptInputs | None,
        at_once: asyncio.Semaphore,
    ) -> Image:
        async with at_once:
            encoded = await asyncio.to_thread(self._encode_image, image, claimed, index, kept)
        prefix = attempt_prefix(claimed.owner, claimed.id, claimed.fence)
        key, thumbnail_key = f"{prefix}{index}.png", f"{prefix}{index}.webp"
        work = [
            self._put(key, encoded.png, "image/png"),
            self._put(thumbnail_key, encoded.thumbnail, "image/webp"),
        ]
        labeled_key = None
        if encoded.labeled is not None:
            labeled_key = f"{prefix}{index}-labeled.png"
            work.append(self._put(labeled_key, encoded.labeled, "image/png"))
        png, *_ = await _gather_all(*work)
        return Image(
            key=key,
            thumbnail_key=thumbnail_key,
            width=encoded.width,
            height=encoded.height,
            seed=image.seed,
            content_type="image/png",
            bytes=len(png),
            sha256=encoded.sha256 if png is encoded.png else hashlib.sha256(png).hexdigest(),
            placeholder=encoded.placeholder,
            labeled_key=labeled_key,
        )

    async def _put(self, key: str, data: bytes, content_type: str) -> bytes:
        """Store an object and return its content.

        The key contains the claim's fencing token, so an existing object was written by
        this attempt: in a call whose response was lost, or before the attempt was
        repeated. Its signature differs, so its bytes do too.
        """
        try:
            await self._images.put(key, data, content_type)
        except ImageExists:
            return await self._stored(key)
        return data

    async def _stored(self, key: str) -> bytes:
        try:
            return await self._images.get(key)
        except ImageMissing:
            raise StudioUnavailable("An image was deleted while it was being stored.") from None


async def _gather_all(*work: Coroutine[Any, Any, T]) -> tuple[T, ...]:
    """Return all results, or raise the first error after all coroutines ended.

    The caller deletes the objects of a failed attempt, so no write may happen later.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    for ended in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(ended, BaseException):
            errors.append(ended)
        else:
            results.append(ended)
    if errors:
        raise errors[0]
    return tuple(results)
