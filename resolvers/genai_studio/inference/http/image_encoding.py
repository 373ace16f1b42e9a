"""Encode finished images for responses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from genai_studio.inference.errors import InvalidInvocation

PNG = "image/png"
NDJSON = "application/x-ndjson"
Encode = Callable[[Image.Image], object]


def encode_png(pixels: Image.Image) -> bytes:
    """Encode as PNG at the fastest useful level. The studio compresses stored images again."""
    out = BytesIO()
    pixels.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _png_text(pixels: Image.Image) -> str:
    return base64.b64encode(encode_png(pixels)).decode("ascii")


def _jpeg_text(pixels: Image.Image) -> str:
    out = BytesIO()
    pixels.save(out, "JPEG", quality=95)
    return base64.b64encode(out.getvalue()).decode("ascii")


def _rgb_rows(pixels: Image.Image) -> object:
    return np.asarray(pixels.convert("RGB")).tolist()


_BY_ACCEPT: dict[str, Encode] = {
    "application/json;png": _png_text,
    "application/json;jpeg": _jpeg_text,
    "application/json": _rgb_rows,
    "application/*": _rgb_rows,
    "*/*": _rgb_rows,
    "": _rgb_rows,
}


def media_type(accept: str | None) -> str:
    """Normalize an Accept header: lowercase, without white space."""
    return "".join((accept or "").lower().split())


def encoder_for(accept: str | None) -> Encode:
    """Return the encoder of `generated_images` for an Accept header.

    The accepted values are those of JumpStart's containers.

    Raises:
        InvalidInvocation: The container does not support the media type.
    """
    try:
        return _BY_ACCEPT[media_type(accept)]
    except KeyError:
        raise InvalidInvocation(
            "Accept must be application/json;png, application/json;jpeg, "
            "application/json or application/x-ndjson.",
            "Accept",
        ) from None
