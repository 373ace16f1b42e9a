"""Images from answers, held to limits before anybody decodes their pixels."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response

MAX_IMAGE_BYTES = 64 * 1024 * 1024
MAX_SIDE = 8192
MAX_PIXELS = 4096 * 4096
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_PNG_END = b"IEND\xae\x42\x60\x82"


def image_from_base64(text: object, seed: int) -> EndpointImage:
    """An encoded image that came as base64 text.

    Raises:
        EndpointError: It is no such text, or no image within the limits.
    """
    if not isinstance(text, str):
        raise bad_response("an image is not base64 text")
    if len(text) > MAX_IMAGE_BYTES * 4 // 3 + 4:
        raise bad_response("an image is too large")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad_response("an image is not base64 text") from None
    return image_from_bytes(data, seed)


def image_from_bytes(data: bytes, seed: int) -> EndpointImage:
    """An encoded image; its header is read, its pixels are not.

    Raises:
        EndpointError: It is no whole PNG, JPEG or WebP within the limits.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise bad_response("an image is too large")
    # Imported late: Lambda handlers that never see an image start without it.
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=list(_TYPES)) as image:
            kind, (width, height) = str(image.format), image.size
            check_size(width, height)
            if kind == "PNG":
                image.verify()
    except Exception as error:
        # Whatever a decoder raises over bytes from elsewhere, it is their fault.
        raise bad_response("an image is damaged or of an unknown kind") from error
    if not _ends(kind, data):
        raise bad_response("an image is cut off")
    return EndpointImage(data, _TYPES[kind], width, height, seed)


def check_size(width: int, height: int) -> None:
    """Refuse an image whose pixels would not fit into memory comfortably.

    Raises:
        EndpointError: A side is 0 or over 8192, or there are over 16.8 million pixels.
    """
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise bad_response(f"an image claims to be {width} × {height} pixels")


def _ends(kind: str, data: bytes) -> bool:
    match kind:
        case "PNG":
            return _PNG_END in data[-64:]
        case "JPEG":
            return data.rstrip(b"\0").endswith(b"\xff\xd9")
        case _:
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
