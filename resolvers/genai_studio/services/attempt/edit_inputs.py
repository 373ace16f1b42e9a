"""Keep the source and mask of an edit with its generation, and prepare them for the endpoint.

The first attempt copies them under the generation's own prefix. The copies make an edit
independent of its source: an upload expires, and the source's generation can be purged. A
copy that exists is never changed, so repeated attempts get the same inputs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.endpoint_request import endpoint_request
from genai_studio.domain.errors import EndpointError, ImageExists, ImageMissing
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import inputs_prefix, mask_key, source_key
from genai_studio.ports import EditInputs, EditPreparer, Images, KeptInputs, OriginalFile

_CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


class EditInputKeeper:
    """Copies, reads and prepares the inputs of edits."""

    def __init__(self, images: Images, prepare: EditPreparer) -> None:
        self._images = images
        self._prepare = prepare

    async def prepared(self, claimed: Generation) -> tuple[Generation, EditInputs | None]:
        """Return the claim with the request that its endpoint receives, and the inputs.

        Copies the inputs on the first call. Inputs are None for TEXT_TO_IMAGE.

        Raises:
            EndpointError: An input no longer exists (`SOURCE_MISSING`) or is damaged.
            OSError, StudioUnavailable: An input could not be read or copied.
        """
        kept = await self.kept(claimed)
        if kept is None:
            return claimed, None
        inputs = await asyncio.to_thread(self._prepare, claimed.request, kept)
        return at_endpoint(claimed), inputs

    async def kept(self, claimed: Generation) -> KeptInputs | None:
        """Return the kept inputs, and copy those that are not kept yet. None if there are none.

        Raises:
            EndpointError, OSError, StudioUnavailable: As for `prepared`.
        """
        edit = claimed.request.edit
        if edit is None:
            return None
        owner, id_ = claimed.owner, claimed.id
        source = await self._copied(edit.source, source_key(owner, id_), "source image")
        mask = None
        if edit.mask is not None:
            mask = await self._copied(edit.mask, mask_key(owner, id_), "mask")
        return KeptInputs(source, mask, await self._original(claimed, edit.source))

    async def _copied(self, wanted: EditInput, key: str, name: str) -> bytes:
        with suppress(ImageMissing):
            return await self._images.get(key)
        data = await self._first(one for one in (wanted.kept_key, wanted.key) if one is not None)
        if data is None:
            message = f"The {name} was deleted before the edit could start. Choose another."
            raise EndpointError(FailureCode.SOURCE_MISSING, message, retryable=False)
        with suppress(ImageExists):
            await self._images.put(key, data, "image/png")
        return data

    async def _original(self, claimed: Generation, source: EditInput) -> OriginalFile | None:
        """Return the uploaded file. None if it has no Content Credentials, or is gone."""
        if source.original_key is None:
            return None
        suffix = source.original_key.rpartition(".")[2]
        name = f"original.{suffix}"
        content_type = _CONTENT_TYPES[suffix]
        key = f"{inputs_prefix(claimed.owner, claimed.id)}{name}"
        with suppress(ImageMissing):
            return OriginalFile(await self._images.get(key), content_type)
        # The copy of a retried generation is beside that of its source.
        kept = source.kept_key and f"{source.kept_key.rpartition('/')[0]}/{name}"
        data = await self._first(one for one in (kept, source.original_key) if one is not None)
        if data is None:
            return None
        with suppress(ImageExists):
            await self._images.put(key, data, content_type)
        return OriginalFile(data, content_type)

    async def _first(self, keys: Iterable[str]) -> bytes | None:
        """Return the first of these objects that exists."""
        for key in keys:
            with suppress(ImageMissing):
                return await self._images.get(key)
        return None


def at_endpoint(claimed: Generation) -> Generation:
    """Return the claim with the request that its endpoint receives."""
    return replace(claimed, request=endpoint_request(claimed.request))
