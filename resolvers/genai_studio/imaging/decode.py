"""Pixels out of an endpoint's answer, which is not to be trusted."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.ports import EndpointImage

RAW_RGB = "image/x-rgb"

MAX_PIXELS = 8192 * 8192
"""No model of the catalog draws more; a small file may claim to."""

_FORMATS = ("PNG", "JPEG", "WEBP")

_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,  # Pillow's word for a damaged PNG chunk
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def decode(drawn: EndpointImage) -> Image.Image:
    """The image's pixels, RGB with 8 bits a channel; alpha is dropped.

    Raises:
        EndpointError: It is no whole PNG, JPEG or WebP, not as many raw bytes
            as its size needs, or larger than `MAX_PIXELS`.
    """
    if drawn.content_type == RAW_RGB:
        return _from_rows(drawn)
    try:
        image = Image.open(io.BytesIO(drawn.data), formats=_FORMATS)
        _demand_size(image.width, image.height)
        return image.convert("RGB")
    except _BROKEN as error:
        raise _bad("The endpoint answered with a damaged image.") from error


def _from_rows(drawn: EndpointImage) -> Image.Image:
    _demand_size(drawn.width, drawn.height)
    if len(drawn.data) != drawn.width * drawn.height * 3:
        raise _bad("The endpoint answered with too many or too few pixels.")
    return Image.frombytes("RGB", (drawn.width, drawn.height), drawn.data)


def _demand_size(width: int, height: int) -> None:
    if not (width > 0 and height > 0 and width * height <= MAX_PIXELS):
        raise _bad("The endpoint answered with an image of an impossible size.")


def _bad(message: str) -> EndpointError:
    return EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, message, retryable=True)
