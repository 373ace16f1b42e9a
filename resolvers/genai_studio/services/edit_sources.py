"""Find the source and the mask of an edit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol

from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.upload import UploadPurpose
from genai_studio.domain.errors import NotFound, UploadNotFound
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import is_id
from genai_studio.domain.image import mask_key, source_key
from genai_studio.domain.request import ImageRequestInput
from genai_studio.ports import Records

_INDEX = re.compile(r"0|[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class FoundSources:
    """The images that an edit needs.

    Attributes:
        mask: Only for INPAINT.
        parent_id: The generation of the source, if it is an image of the studio.
        prompt: The prompt of that generation.
    """

    source: EditInput
    mask: EditInput | None = None
    parent_id: str | None = None
    prompt: str | None = None


class UploadedImages(Protocol):
    """Verifies and normalizes uploaded images."""

    async def image(self, caller: Caller, upload_id: str, purpose: UploadPurpose) -> EditInput:
        """Return an uploaded image of the caller, normalized for its purpose.

        Sets `upload_id`, the size and, for a mask, `white`. Decodes the upload on its
        first use.

        Raises:
            Refused: The caller has no such upload, it expired, or it is not an accepted
                image. The path of the problem is `input.sourceUploadId` or
                `input.maskUploadId`.
        """


class Sources(Protocol):
    """Finds the images of an edit whose fields are valid."""

    async def find(self, caller: Caller, requested: ImageRequestInput) -> FoundSources:
        """Return source and mask.

        Raises:
            NotFound: The caller has no such image or upload.
            Refused: An upload is not an accepted image.
        """


class EditSources:
    """Finds the images that a request names."""

    def __init__(self, records: Records, uploads: UploadedImages | None) -> None:
        self._records = records
        self._uploads = uploads

    async def find(self, caller: Caller, requested: ImageRequestInput) -> FoundSources:
        """See `Sources.find`."""
        found = await self._source(caller, requested)
        if requested.operation is not Operation.INPAINT or requested.mask_upload_id is None:
            return found
        mask = await self._upload(caller, requested.mask_upload_id, UploadPurpose.MASK)
        return replace(found, mask=mask)

    async def _source(self, caller: Caller, requested: ImageRequestInput) -> FoundSources:
        if requested.source_image_id is not None:
            return await self._image(caller, requested.source_image_id)
        upload_id = requested.source_upload_id or ""
        return FoundSources(await self._upload(caller, upload_id, UploadPurpose.SOURCE))

    async def _upload(self, caller: Caller, upload_id: str, purpose: UploadPurpose) -> EditInput:
        if self._uploads is None:
            raise UploadNotFound(("input", f"{purpose}UploadId"))
        return await self._uploads.image(caller, upload_id, purpose)

    async def _image(self, caller: Caller, image_id: str) -> FoundSources:
        generation_id, _, index = image_id.partition("/")
        not_found = NotFound(("input", "sourceImageId"), "Image")
        if not is_id(generation_id) or _INDEX.fullmatch(index) is None:
            raise not_found
        generation = await self._records.get(caller.owner, generation_id)
        if generation is None or int(index) >= len(generation.images):
            raise not_found
        image = generation.images[int(index)]
        source = EditInput(key=image.key, image_id=image_id, width=image.width, height=image.height)
        return FoundSources(source, None, generation.id, generation.request.prompt)


class KeptSources:
    """Finds the images of a retry: those of the original, or the copies that it kept.

    Args:
        original: The generation whose request is submitted again.
    """

    def __init__(self, original: Generation) -> None:
        self._original = original

    async def find(self, caller: Caller, requested: ImageRequestInput) -> FoundSources:
        """See `Sources.find`. An input that no longer exists fails the attempt."""
        original, edit = self._original, self._original.request.edit
        if edit is None:
            raise NotFound(("input", "sourceImageId"), "Image")
        owner, id_ = original.owner, original.id
        source, mask = edit.source, edit.mask
        if original.started_at is not None:
            source = replace(source, kept_key=source_key(owner, id_))
            mask = mask and replace(mask, kept_key=mask_key(owner, id_))
        return FoundSources(source, mask)
