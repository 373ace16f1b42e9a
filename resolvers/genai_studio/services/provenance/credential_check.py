"""Validate the Content Credentials of a stored image."""

from __future__ import annotations

import asyncio
import re

from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import is_id
from genai_studio.domain.image import Image
from genai_studio.ports import CredentialReport, CredentialVerifier, Images, Records

CONCURRENT = 2
"""Validations at the same time. Each reads a whole image into memory."""

_INDEX = re.compile("[0-9]{1,3}")


class CredentialCheck:
    """Reads the stored object and validates it: nothing is taken from the record.

    Args:
        verifier: None in hosts that cannot validate.
    """

    def __init__(
        self, records: Records, images: Images, verifier: CredentialVerifier | None
    ) -> None:
        self._records = records
        self._images = images
        self._verifier = verifier
        self._free = asyncio.Semaphore(CONCURRENT)

    async def find(self, caller: Caller, image_id: str) -> Image | None:
        """Return an image of the caller, or None.

        Args:
            image_id: `Image.id`: the ID of the generation, “/”, and the index of the image.
        """
        generation_id, _, index = image_id.partition("/")
        if not is_id(generation_id) or _INDEX.fullmatch(index) is None:
            return None
        generation = await self._records.get(caller.owner, generation_id)
        if generation is None or int(index) >= len(generation.images):
            return None
        return generation.images[int(index)]

    async def validate(self, image: Image) -> CredentialReport | None:
        """Validate the stored object of an image. None if this host cannot validate.

        Raises:
            ImageMissing: The image was purged in the meantime.
        """
        if self._verifier is None:
            return None
        async with self._free:
            data = await self._images.get(image.key)
            return await asyncio.to_thread(self._verifier.verify, data)
