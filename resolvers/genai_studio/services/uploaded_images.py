"""What the submit of an edit needs from the uploads."""

from __future__ import annotations

from typing import Protocol

from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.upload import UploadPurpose
from genai_studio.domain.identity import Caller


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
