"""Recognize the type of an uploaded file by its first bytes, and bound the work to decode it.

Pillow allocates memory for some files before it compares their size with a limit.
"""

from __future__ import annotations

import struct

from genai_studio.domain.editing.upload import MAX_UPLOAD_PIXELS
from genai_studio.domain.errors import InvalidUpload

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
"""Pillow's name of each accepted content type."""

MAX_JPEG_SCANS = 100
"""A decoder updates all pixels with each scan. Progressive files have about 10."""

_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "a GIF image"),
    (0, b"BM", "a BMP image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (4, b"ftypavi", "an AVIF image"),
    (4, b"ftyphe", "a HEIC image"),
    (4, b"ftypmif1", "a HEIC image"),
    (4, b"ftyp", "a video"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (0, b"\xff\x0a", "a JPEG XL image"),
    (0, b"\0\0\0\x0cjP", "a JPEG 2000 image"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"<svg", "an SVG image"),
    (0, b"<?xml", "an XML document"),
    (0, b"<!DOCTYPE", "an HTML document"),
)

_VP8_START_CODE = b"\x9d\x01\x2a"


def check_type(data: bytes, content_type: str) -> None:
    """Raise `InvalidUpload` unless a file has the declared type and an acceptable size.

    The size is that in the header of a PNG or WebP. Pillow reads that of a JPEG safely.
    """
    found = next(
        (name for start, magic, name in _SIGNATURES if data[start:].startswith(magic)), None
    )
    if found != content_type:
        raise InvalidUpload(_mislabeled(found, content_type))
    size = _png_size(data) if found == "image/png" else _webp_size(data)
    if found != "image/jpeg" and size is not None:
        check_pixels(*size)
    if found == "image/jpeg" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise InvalidUpload(
            f"The JPEG file has more than {MAX_JPEG_SCANS} scans. Save it as a baseline JPEG."
        )


def check_pixels(width: int, height: int) -> None:
    """Raise `InvalidUpload` if an image has more pixels than an upload may have."""
    if width * height > MAX_UPLOAD_PIXELS:
        raise InvalidUpload(
            f"The image has {width} × {height} pixels. "
            f"At most {MAX_UPLOAD_PIXELS // 10**6} million pixels are accepted. Scale it down."
        )


def _mislabeled(found: str | None, content_type: str) -> str:
    accepted = "Accepted are PNG, JPEG and WebP, sent with their own content type."
    if found is None:
        return f"The file is not an image of type {content_type}. {accepted}"
    return f"The file is {found}, not {content_type} as declared. {accepted}"


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Read the size from the first chunk. None if the file is malformed."""
    if len(data) < 30:
        return None
    chunk, body = data[12:16], data[20:]
    if chunk == b"VP8X":
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and body[3:6] == _VP8_START_CODE:
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
