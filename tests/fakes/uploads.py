"""In-memory `ports.UploadStore`."""

from __future__ import annotations

from collections.abc import Sequence

from genai_studio.domain.editing.upload import NewUpload, original_key, upload_prefix
from genai_studio.domain.identity import Owner
from genai_studio.ports import UploadStore, UploadTarget
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
