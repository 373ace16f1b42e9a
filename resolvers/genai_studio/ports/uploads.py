"""The ports of uploads: where clients send files, and how the files are decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from genai_studio.domain.editing.edit import Box
from genai_studio.domain.editing.upload import NewUpload, UploadPurpose
from genai_studio.domain.identity import Owner


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """The request with which a client sends a file, which needs no other credential.

    Attributes:
        url: An absolute URL, or a path on the studio's own host.
        method: POST if there are `fields`: the body is a form (`multipart/form-data`)
            with the fields and, last, the file as part `file`. Otherwise PUT: the body is
            the file.
        headers: Headers of the request.
        fields: Fields of the form, in any order.
    """

    url: str
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


class UploadStore(Protocol):
    """Accepts files from clients into the image store, under keys of `domain.editing.upload`.

    `Images` reads the files. Uploads that have expired are deleted.
    """

    def target(self, owner: Owner, upload: NewUpload) -> UploadTarget:
        """Create a signed request that works for 15 minutes, without I/O.

        The store accepts only a file of the declared size and content type. It need not
        verify the digest.
        """

    async def keys(self, owner: Owner, upload_id: str) -> Sequence[str]:
        """List the keys of the objects of an upload; empty if there are none."""


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """The decoded image of an upload.

    Attributes:
        png: Without metadata and alpha: 8-bit sRGB, or 8-bit grayscale for a mask.
        width: Pixels, after the orientation was applied.
        height: Pixels.
        white: The smallest box that contains all pixels of 128 and more of a mask. None
            for a source, and if there are none.
        has_credentials: Whether the file contains Content Credentials (C2PA).
    """

    png: bytes
    width: int
    height: int
    white: Box | None = None
    has_credentials: bool = False


UploadDecoder = Callable[[bytes, str, UploadPurpose], DecodedFile]
"""Decodes a file of the declared content type. CPU-bound; called in a thread.

Raises `InvalidUpload` if the file is damaged, too large or of another type."""
