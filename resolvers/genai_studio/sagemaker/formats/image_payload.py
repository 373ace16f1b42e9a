"""Decode the images of responses and check their size before pixels are decoded."""

from __future__ import annotations

import base64
import binascii
from io import BytesIO

from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.formats.image_metadata import check_metadata

MAX_IMAGE_BYTES = 64 * 1024 * 1024
MAX_SIDE = 8192
MAX_PIXELS = 4096 * 4096
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
RAW_RGB = "image/x-rgb"
"""Content type of raw RGB rows."""

_PNG_END = b"IEND\xae\x42\x60\x82"


def image_from_base64(text: object, seed: int) -> EndpointImage:
    """Return an encoded image from base64 text.

    Raises:
        EndpointError: The text is not base64, or `image_from_bytes` rejects the image.
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
    """Return an encoded image. Reads its header without decoding the pixels.

    Raises:
        EndpointError: The data is not a complete PNG, JPEG or WebP within the limits.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise bad_response("an image is too large")
    check_metadata(data)
    # Imported late to keep Pillow out of the cold start of Lambda functions.
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=list(_TYPES)) as image:
            kind, (width, height) = str(image.format), image.size
            check_size(width, height)
            if kind == "PNG":
                image.verify()
    except Exception as error:
        # Pillow's decoders raise many exception types on invalid data.
        raise bad_response("an image is damaged or of an unsupported type") from error
    if not _is_complete(kind, data):
        raise bad_response("an image is truncated")
    return EndpointImage(data, _TYPES[kind], width, height, seed)


def image_of_size(image: EndpointImage, width: int, height: int) -> EndpointImage:
    """Scale an image to the requested size, or return it unchanged if it has that size.

    Some endpoints round the size of an edit, or upscale by a fixed factor only.

    Raises:
        EndpointError: The image cannot be decoded.
    """
    if (image.width, image.height) == (width, height):
        return image
    from PIL import Image

    try:
        if image.content_type == RAW_RGB:
            pixels = Image.frombytes("RGB", (image.width, image.height), image.data)
        else:
            with Image.open(BytesIO(image.data), formats=list(_TYPES)) as encoded:
                pixels = encoded.convert("RGB")
    except Exception as error:
        raise bad_response("an image is damaged") from error
    out = BytesIO()
    pixels.resize((width, height), Image.Resampling.LANCZOS).save(out, "PNG", compress_level=1)
    return EndpointImage(out.getvalue(), "image/png", width, height, image.seed)


def check_size(width: int, height: int) -> None:
    """Check an image's size against the memory limits.

    Raises:
        EndpointError: A side is 0 or over 8192, or there are over 16.8 million pixels.
    """
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise bad_response(f"an image has {width} × {height} pixels, outside the limits")


def _is_complete(kind: str, data: bytes) -> bool:
    match kind:
        case "PNG":
            return _PNG_END in data[-64:]
        case "JPEG":
            return data.rstrip(b"\0").endswith(b"\xff\xd9")
        case _:
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
