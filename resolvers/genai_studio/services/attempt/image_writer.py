"""Keep the pictures of one attempt: each with its thumbnail, all at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from genai_studio.domain.errors import EndpointError, ImageExists
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import Image, attempt_prefix
from genai_studio.ports import Images, Picture

T = TypeVar("T")


class Stored(Protocol):
    """What is kept of one picture."""

    @property
    def png(self) -> bytes:
        """The picture, its provenance inside."""

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


StoreForm = Callable[[Picture, Generation, int], Stored]
"""Turns picture `index` of a generation into what is kept; CPU only, runs in a thread."""


class PictureKeeper:
    """Stores pictures under the prefix of the claim that made them."""

    def __init__(self, images: Images, store_form: StoreForm) -> None:
        self._images = images
        self._store_form = store_form

    async def keep(self, claimed: Generation, pictures: Sequence[Picture]) -> tuple[Image, ...]:
        """Store them all; when one cannot be, none is still being written.

        Raises:
            EndpointError: They are not as many as were asked for, or one is damaged.
            OSError, StudioUnavailable: One could not be stored.
        """
        if len(pictures) != claimed.request.count:
            message = f"It sent {len(pictures)} pictures instead of {claimed.request.count}."
            raise EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, message, retryable=True)
        return await _all(
            *(self._keep(claimed, picture, index) for index, picture in enumerate(pictures))
        )

    async def _keep(self, claimed: Generation, picture: Picture, index: int) -> Image:
        stored = await asyncio.to_thread(self._store_form, picture, claimed, index)
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
            seed=picture.seed,
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
