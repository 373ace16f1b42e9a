"""Uploads: files that a user sends to be the source or the mask of an edit.

An upload has no record. Its ID contains the time of its creation, and the keys of its
objects contain what the studio must know about them::

    uploads/{owner}/{id}/original.{sha256}.jpg    the file as it was sent
    uploads/{owner}/{id}/source.640x480.png       decoded: sRGB, upright, no metadata
    uploads/{owner}/{id}/source.640x480.c2pa.png  the same; the original has Content Credentials
    uploads/{owner}/{id}/mask.640x480.png         decoded: grayscale, without white pixels
    uploads/{owner}/{id}/mask.640x480.8-8-32-64.png   the same, with the box of its white pixels

The owner in the key makes an upload unreachable for other users.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from genai_studio.domain.editing.edit import Box
from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import id_time

UPLOADS = "uploads/"
"""Prefix of the objects of all uploads."""

UPLOAD_LIFETIME = timedelta(hours=24)
"""How long an upload can be used after its creation."""

UPLOAD_RETENTION = UPLOAD_LIFETIME + timedelta(hours=1)
"""When a store deletes an upload. A request that was accepted shortly before the upload
expired has this hour to start."""

DAILY_UPLOAD_BYTES = 4_000_000_000
"""Maximum bytes of a user's uploads, files and decoded images, per UTC day."""

MIN_COUNTED_BYTES = 65_536
"""Each object counts at least this much, which limits their number too."""

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_PIXELS = 40_000_000

SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
"""Accepted content types, and the suffix of the key of such a file."""

_CONTENT_TYPES = {suffix: content_type for content_type, suffix in SUFFIXES.items()}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ORIGINAL = re.compile(r"original\.([0-9a-f]{64})\.(png|jpg|webp)")
_DECODED = re.compile(
    r"(source|mask)\.([0-9]+)x([0-9]+)(\.c2pa|\.([0-9]+)-([0-9]+)-([0-9]+)-([0-9]+))?\.png"
)


class UploadPurpose(StrEnum):
    """What an upload is used for, which decides how it is decoded."""

    SOURCE = "source"
    MASK = "mask"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """An upload before its file was sent.

    Attributes:
        id: UUIDv7 of the time of creation.
        content_type: A key of `SUFFIXES`.
        bytes: Exact size of the file.
        sha256: Lowercase hex digest of the file.
    """

    id: str
    content_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The file of an upload, as its key describes it."""

    key: str
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedUpload:
    """The decoded PNG of an upload, as its key describes it.

    Attributes:
        key: Object key.
        width: Pixels.
        height: Pixels.
        white: The smallest box that contains all white pixels of a mask. None for a
            source, and for a mask without white pixels.
        has_credentials: Whether the original contains Content Credentials. Only set for
            a source.
    """

    key: str
    width: int
    height: int
    white: Box | None = None
    has_credentials: bool = False


@dataclass(frozen=True, slots=True)
class UploadObjects:
    """The stored objects of one upload."""

    original: Original | None = None
    decoded: Mapping[UploadPurpose, DecodedUpload] = field(default_factory=dict)


def new_upload(id_: str, content_type: str, size: int, sha256: str) -> NewUpload:
    """Check the declaration of an upload.

    Args:
        size: Bytes of the file.
        sha256: Hex digest of the file, in either case.

    Raises:
        InvalidInput: Contains one problem per invalid field.
    """
    rules: dict[str, str] = {}
    if content_type not in SUFFIXES:
        rules["contentType"] = f"must be one of: {', '.join(SUFFIXES)}."
    if not 1 <= size <= MAX_UPLOAD_BYTES:
        rules["bytes"] = f"must be between 1 and {MAX_UPLOAD_BYTES} (20 MiB), is {size}."
    if _SHA256.fullmatch(sha256.lower()) is None:
        rules["sha256"] = "must be the SHA-256 of the file as 64 hexadecimal digits."
    if rules:
        raise InvalidInput(
            *(
                Problem(ErrorCode.INVALID_INPUT, f"`{name}` {rule}", ("input", name))
                for name, rule in rules.items()
            )
        )
    return NewUpload(id=id_, content_type=content_type, bytes=size, sha256=sha256.lower())


def expires_at(upload_id: str) -> datetime | None:
    """Return when an upload can no longer be used. None if the ID contains no valid time."""
    try:
        return id_time(upload_id) + UPLOAD_LIFETIME
    except OverflowError:
        return None


def upload_prefix(owner: Owner, upload_id: str) -> str:
    """Return the prefix of all objects of an upload."""
    return f"{UPLOADS}{owner}/{upload_id}/"


def original_key(owner: Owner, upload: NewUpload) -> str:
    """Return the key of the file of an upload."""
    suffix = SUFFIXES[upload.content_type]
    return f"{upload_prefix(owner, upload.id)}original.{upload.sha256}.{suffix}"


def decoded_key(
    owner: Owner,
    upload_id: str,
    purpose: UploadPurpose,
    size: tuple[int, int],
    *,
    white: Box | None = None,
    has_credentials: bool = False,
) -> str:
    """Return the key of the decoded PNG of an upload. See `DecodedUpload`."""
    name = f"{purpose}.{size[0]}x{size[1]}"
    if purpose is UploadPurpose.SOURCE and has_credentials:
        name += ".c2pa"
    if purpose is UploadPurpose.MASK and white is not None:
        name += f".{white.left}-{white.top}-{white.right}-{white.bottom}"
    return f"{upload_prefix(owner, upload_id)}{name}.png"


def upload_objects(keys: Iterable[str]) -> UploadObjects:
    """Return what the keys under the prefix of one upload describe. Others are ignored."""
    original: Original | None = None
    decoded: dict[UploadPurpose, DecodedUpload] = {}
    for key in keys:
        name = key.rpartition("/")[2]
        if found := _ORIGINAL.fullmatch(name):
            original = Original(key=key, sha256=found[1], content_type=_CONTENT_TYPES[found[2]])
        elif found := _DECODED.fullmatch(name):
            purpose = UploadPurpose(found[1])
            decoded[purpose] = DecodedUpload(
                key=key,
                width=int(found[2]),
                height=int(found[3]),
                white=_box(found) if found[5] else None,
                has_credentials=found[4] == ".c2pa",
            )
    return UploadObjects(original, decoded)


def _box(name: re.Match[str]) -> Box:
    return Box(left=int(name[5]), top=int(name[6]), right=int(name[7]), bottom=int(name[8]))
