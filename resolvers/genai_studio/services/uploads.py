"""Accept uploads, and decode them when an edit uses them."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.upload import (
    UPLOAD_LIFETIME,
    Original,
    UploadPurpose,
    decoded_key,
    expires_at,
    new_upload,
    upload_objects,
)
from genai_studio.domain.errors import (
    ErrorCode,
    ImageExists,
    ImageMissing,
    InvalidUpload,
    Problem,
    Refused,
    UploadNotFound,
)
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.ids import is_id, new_id_at
from genai_studio.ports import (
    Clock,
    DecodedFile,
    Images,
    UploadDecoder,
    UploadStore,
    UploadTarget,
)

_PATHS = {
    UploadPurpose.SOURCE: ("input", "sourceUploadId"),
    UploadPurpose.MASK: ("input", "maskUploadId"),
}


@dataclass(frozen=True, slots=True)
class CreatedUpload:
    """A new upload, and the request that sends its file.

    Attributes:
        expires_at: The upload can be the source or mask of an edit until then. The
            request works for 15 minutes.
    """

    id: str
    target: UploadTarget
    expires_at: datetime


class Uploads:
    """Creates uploads, and turns them into inputs of edits.

    Args:
        decode: At most one file is decoded at a time, which bounds the memory.
    """

    def __init__(
        self, store: UploadStore, images: Images, clock: Clock, decode: UploadDecoder
    ) -> None:
        self._store = store
        self._images = images
        self._clock = clock
        self._decode = decode
        self._decoding = asyncio.Semaphore(1)

    async def create(
        self, caller: Caller, content_type: str, size: int, sha256: str
    ) -> CreatedUpload:
        """Create an upload for a file.

        Args:
            size: Bytes of the file.
            sha256: Hex digest of the file.

        Raises:
            InvalidInput: A field is invalid.
        """
        now = self._clock.now()
        upload = new_upload(new_id_at(now), content_type, size, sha256)
        target = self._store.target(caller.owner, upload)
        return CreatedUpload(upload.id, target, now + UPLOAD_LIFETIME)

    async def image(self, caller: Caller, upload_id: str, purpose: UploadPurpose) -> EditInput:
        """Return an upload as an input of an edit. The first use decodes the file.

        Raises:
            UploadNotFound: The caller has no such upload, its file was not sent yet, or it
                has expired.
            Refused: The file is not a valid image of the declared type (`INVALID_UPLOAD`).
        """
        path = _PATHS[purpose]
        expiry = expires_at(upload_id) if is_id(upload_id) else None
        if expiry is None:
            raise UploadNotFound(path)
        if expiry <= self._clock.now():
            raise UploadNotFound(path, expired=True)
        stored = upload_objects(await self._store.keys(caller.owner, upload_id))
        decoded = stored.decoded.get(purpose)
        if decoded is not None:
            return EditInput(
                key=decoded.key,
                upload_id=upload_id,
                width=decoded.width,
                height=decoded.height,
                white=decoded.white,
            )
        if stored.original is None:
            raise UploadNotFound(path)
        try:
            file = await self._decoded(stored.original, purpose)
        except ImageMissing:
            raise UploadNotFound(path) from None
        except InvalidUpload as error:
            raise Refused(Problem(ErrorCode.INVALID_UPLOAD, str(error), path)) from None
        key = decoded_key(caller.owner, upload_id, purpose, file.width, file.height, file.white)
        with suppress(ImageExists):  # A concurrent request decoded the same file.
            await self._images.put(key, file.png, "image/png")
        return EditInput(
            key=key,
            upload_id=upload_id,
            width=file.width,
            height=file.height,
            white=file.white,
        )

    async def original(self, owner: Owner, upload_id: str) -> bytes | None:
        """Return the file of an upload as it was sent. None if it is missing or was replaced."""
        stored = upload_objects(await self._store.keys(owner, upload_id))
        if stored.original is None:
            return None
        try:
            return await self._verified(stored.original)
        except (ImageMissing, InvalidUpload):
            return None

    async def _decoded(self, original: Original, purpose: UploadPurpose) -> DecodedFile:
        async with self._decoding:
            data = await self._verified(original)
            return await asyncio.to_thread(self._decode, data, original.content_type, purpose)

    async def _verified(self, original: Original) -> bytes:
        data = await self._images.get(original.key)
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        if digest != original.sha256:
            message = (
                "The file does not have the declared `sha256`: it was changed or damaged on the "
                "way. Upload it again."
            )
            raise InvalidUpload(message)
        return data
