"""Bound the metadata of untrusted images before Pillow reads it.

Pillow reads the chunks of a PNG and the segments of a JPEG in Python, and inflates
each color profile. A file within the size limit could keep it busy for minutes.
"""

from __future__ import annotations

from genai_studio.sagemaker.errors import bad_response

MAX_METADATA_BYTES = 1_000_000
"""Metadata of one image in total. Color profiles and EXIF data rarely exceed 100 kB."""

MAX_METADATA_CHUNKS = 64
"""PNG chunks other than IDAT."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_START_OF_SCAN = b"\xff\xda"


def check_metadata(data: bytes) -> None:
    """Check the amount of metadata in a PNG or JPEG. Does nothing for other formats.

    Raises:
        EndpointError: There is too much metadata.
    """
    if data.startswith(_PNG):
        _check_png(data)
    # The first scan of a JPEG follows its metadata.
    elif (
        data.startswith(_JPEG)
        and len(data) > MAX_METADATA_BYTES
        and _START_OF_SCAN not in data[:MAX_METADATA_BYTES]
    ):
        raise bad_response("an image has too much metadata")


def _check_png(data: bytes) -> None:
    total = count = 0
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] != b"IDAT":
            total += length
            count += 1
            if total > MAX_METADATA_BYTES or count > MAX_METADATA_CHUNKS:
                raise bad_response("an image has too much metadata")
        at += length + 12
