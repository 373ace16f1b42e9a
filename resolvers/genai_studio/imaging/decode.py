"""Decode untrusted images from endpoints."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.ports import EndpointImage

RAW_RGB = "image/x-rgb"

MAX_PIXELS = 8192 * 8192
"""Larger than any model's output. A small file can declare a huge size."""

_FORMATS = ("PNG", "JPEG", "WEBP")

_DECODE_ERRORS = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,  # Pillow raises this for a corrupt PNG chunk.
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def decode(source: EndpointImage) -> Image.Image:
    """Decode an image to 8-bit RGB, without alpha.

    Raises:
        EndpointError: The data is not a complete PNG, JPEG or WebP, the number
            of raw bytes does not match the size, or the image exceeds `MAX_PIXELS`.
    """
    if source.content_type == RAW_RGB:
        return _from_raw_rows(source)
    try:
        image = Image.open(io.BytesIO(source.data), formats=_FORMATS)
        _check_size(image.width, image.height)
        return image.convert("RGB")
    except _DECODE_ERRORS as error:
        raise _bad_response("The endpoint returned a corrupt image.") from error


def _from_raw_rows(source: EndpointImage) -> Image.Image:
    _check_size(source.width, source.height)
    if len(source.data) != source.width * source.height * 3:
        raise _bad_response("The endpoint returned image data that does not match the image size.")
    return Image.frombytes("RGB", (source.width, source.height), source.data)


def _check_size(width: int, height: int) -> None:
    if not (width > 0 and height > 0 and width * height <= MAX_PIXELS):
        raise _bad_response(
            f"The endpoint returned an image with an invalid size: {width} × {height}."
        )


def _bad_response(message: str) -> EndpointError:
    return EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, message, retryable=True)
