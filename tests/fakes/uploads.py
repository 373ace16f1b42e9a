"""In-memory `ports.UploadStore`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from genai_studio.domain.editing.edit import Box
from genai_studio.domain.editing.upload import (
    NewUpload,
    UploadPurpose,
    original_key,
    upload_prefix,
)
from genai_studio.domain.identity import Owner
from genai_studio.ports import DecodedFile, UploadStore, UploadTarget
from tests.fakes.images import FakeImages


class FakeUploads(UploadStore):
    """Stores files beside the images of a `FakeImages`.

    Attributes:
        created: The uploads for which a target was requested, by ID.
    """

    def __init__(self, images: FakeImages) -> None:
        self._images = images
        self.created: dict[str, NewUpload] = {}

    def target(self, owner: Owner, upload: NewUpload) -> UploadTarget:
        self.created[upload.id] = upload
        return UploadTarget(
            f"/uploads/{owner}/{upload.id}", "PUT", {"Content-Type": upload.content_type}
        )

    async def keys(self, owner: Owner, upload_id: str) -> Sequence[str]:
        prefix = upload_prefix(owner, upload_id)
        return [key for key in self._images.objects if key.startswith(prefix)]

    def receive(self, owner: Owner, upload_id: str, data: bytes) -> None:
        """Store the file of an upload, as a client's request does."""
        self._images.objects[original_key(owner, self.created[upload_id])] = data

    def stored(self, owner: Owner, upload_id: str, data: bytes) -> str:
        """Store a file as the upload with this ID. Returns the ID."""
        self.created[upload_id] = NewUpload(
            id=upload_id,
            content_type="image/png",
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        self.receive(owner, upload_id, data)
        return upload_id


def decode_fake(data: bytes, content_type: str, purpose: UploadPurpose) -> DecodedFile:
    """Stand in for the decoder: a file of `WIDTHxHEIGHT` is a white image of that size."""
    width, height = (int(side) for side in data.split(b"x"))
    white = Box(left=0, top=0, right=width, bottom=height)
    return DecodedFile(data, width, height, white if purpose is UploadPurpose.MASK else None)
