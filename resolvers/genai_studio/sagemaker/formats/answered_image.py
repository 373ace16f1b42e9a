"""Pictures from answers, held to limits before anybody decodes their pixels."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

from genai_studio.ports import Picture
from genai_studio.sagemaker.errors import bad_response

MAX_PICTURE_BYTES = 64 * 1024 * 1024
MAX_SIDE = 8192
MAX_PIXELS = 4096 * 4096
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_PNG_END = b"IEND\xae\x42\x60\x82"


def picture_from_base64(text: object, seed: int) -> Picture:
    """An encoded picture that came as base64 text.

    Raises:
        EndpointError: It is no such text, or no picture within the limits.
    """
    if not isinstance(text, str):
        raise bad_response("a picture is not base64 text")
    if len(text) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise bad_response("a picture is too large")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad_response("a picture is not base64 text") from None
    return picture_from_bytes(data, seed)


def picture_from_bytes(data: bytes, seed: int) -> Picture:
    """An encoded picture; its header is read, its pixels are not.

    Raises:
        EndpointError: It is no whole PNG, JPEG or WebP within the limits.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise bad_response("a picture is too large")
    # Imported late: Lambda handlers that never see a picture start without it.
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=list(_TYPES)) as image:
            kind, (width, height) = str(image.format), image.size
            check_size(width, height)
            if kind == "PNG":
                image.verify()
    except Exception as error:
        # Whatever a decoder raises over bytes from elsewhere, it is their fault.
        raise bad_response("a picture is damaged or of an unknown kind") from error
    if not _ends(kind, data):
        raise bad_response("a picture is cut off")
    return Picture(data, _TYPES[kind], width, height, seed)


def check_size(width: int, height: int) -> None:
    """Refuse a picture whose pixels would not fit into memory comfortably.

    Raises:
        EndpointError: A side is 0 or over 8192, or there are over 16.8 million pixels.
    """
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise bad_response(f"a picture claims to be {width} × {height} pixels")


def _ends(kind: str, data: bytes) -> bool:
    match kind:
        case "PNG":
            return _PNG_END in data[-64:]
        case "JPEG":
            return data.rstrip(b"\0").endswith(b"\xff\xd9")
        case _:
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
