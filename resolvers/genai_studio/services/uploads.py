"""Accept uploads, and decode them when an edit uses them."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.upload import (
    DAILY_UPLOAD_BYTES,
    MIN_COUNTED_BYTES,
    UPLOAD_LIFETIME,
    DecodedUpload,
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
    UploadQuotaExceeded,
)
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.ids import is_id, new_id_at
from genai_studio.domain.quota import quota_day
from genai_studio.ports import (
    Clock,
    DecodedFile,
    Images,
    Records,
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
        self,
        store: UploadStore,
        images: Images,
        records: Records,
        clock: Clock,
        decode: UploadDecoder,
    ) -> None:
        self._store = store
        self._images = images
        self._records = records
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
            UploadQuotaExceeded: The caller uploaded too much today.
        """
        now = self._clock.now()
        upload = new_upload(new_id_at(now), content_type, size, sha256)
        await self._count(caller.owner, size, ("input", "bytes"))
        target = self._store.target(caller.owner, upload)
        return CreatedUpload(upload.id, target, now + UPLOAD_LIFETIME)

    async def image(self, caller: Caller, upload_id: str, purpose: UploadPurpose) -> EditInput:
        """Return an upload as an input of an edit. The first use decodes the file.

        Raises:
            UploadNotFound: The caller has no such upload, its file was not sent yet, or it
                has expired.
            Refused: The file is not a valid image of the declared type (`INVALID_UPLOAD`).
            UploadQuotaExceeded: The caller uploaded too much today.
        """
        path = _PATHS[purpose]
        expiry = expires_at(upload_id) if is_id(upload_id) else None
        if expiry is None:
            raise UploadNotFound(path)
        if expiry <= self._clock.now():
            raise UploadNotFound(path, expired=True)
        stored = upload_objects(await self._store.keys(caller.owner, upload_id))
        if stored.original is None:
            raise UploadNotFound(path)
        decoded = stored.decoded.get(purpose)
        if decoded is None:
            decoded = await self._decode_once(caller.owner, upload_id, stored.original, purpose)
        return EditInput(
            key=decoded.key,
            upload_id=upload_id,
            width=decoded.width,
            height=decoded.height,
            white=decoded.white,
            original_key=stored.original.key if decoded.has_credentials else None,
        )

    async def _decode_once(
        self, owner: Owner, upload_id: str, original: Original, purpose: UploadPurpose
    ) -> DecodedUpload:
        """Decode a file and store the PNG.

        Raises:
            UploadNotFound: The file was deleted.
            Refused: It is not a valid image, or the caller uploaded too much today.
        """
        path = _PATHS[purpose]
        try:
            file = await self._decoded(original, purpose)
        except ImageMissing:
            raise UploadNotFound(path) from None
        except InvalidUpload as error:
            raise Refused(Problem(ErrorCode.INVALID_UPLOAD, str(error), path)) from None
        key = decoded_key(
            owner,
            upload_id,
            purpose,
            (file.width, file.height),
            white=file.white,
            has_credentials=file.has_credentials,
        )
        await self._count(owner, len(file.png), path)
        with suppress(ImageExists):  # A concurrent request decoded the same file.
            await self._images.put(key, file.png, "image/png")
        return upload_objects([key]).decoded[purpose]

    async def _count(self, owner: Owner, size: int, path: tuple[str, ...]) -> None:
        """Count the bytes of an object before it is stored, at least `MIN_COUNTED_BYTES`."""
        counted = max(size, MIN_COUNTED_BYTES)
        day = quota_day(self._clock.now())
        if not await self._records.count_upload(owner, day, counted, DAILY_UPLOAD_BYTES):
            raise UploadQuotaExceeded(DAILY_UPLOAD_BYTES, path)

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
