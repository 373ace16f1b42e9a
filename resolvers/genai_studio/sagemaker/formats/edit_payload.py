"""Put the images of an edit into a request, as base64 within the endpoint's size limit."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from genai_studio.domain.editing.edit import Edit
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs
from genai_studio.sagemaker.errors import endpoint_failure
from genai_studio.sagemaker.formats.wire_format import Call

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITIES = (95, 85, 75)
"""JPEG qualities to try. Below, artifacts of the source become visible in the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFields:
    """How a format sends images.

    Attributes:
        image: Name of the image's field.
        mask: Name of the mask's field.
        webp: Whether the endpoint is documented to read WebP. All read PNG and JPEG.
    """

    image: str = "image"
    mask: str = "mask_image"
    webp: bool = False


def call_with_images(
    body: Mapping[str, object], inputs: EditInputs, fields: ImageFields, call: Call, max_bytes: int
) -> Call:
    """Add the images to a request.

    If the request would be too large, the images are encoded in a smaller way: without
    loss first, then as JPEG of decreasing quality.

    Args:
        body: The other fields of the request.
        inputs: Image and mask.
        fields: How the format sends images.
        call: Content types of the request. Its body is replaced.
        max_bytes: Maximum size of the request.

    Raises:
        EndpointError: The request is too large in every encoding.
    """
    sizes: list[int] = []
    for encode in _encodings(fields):
        image, mask = encode(inputs)
        content = {**body, fields.image: _base64(image)}
        if mask is not None:
            content[fields.mask] = _base64(mask)
        encoded = msgspec.json.encode(content)
        if len(encoded) <= max_bytes:
            return Call(encoded, call.content_type, call.accept)
        sizes.append(len(encoded))
    raise endpoint_failure(
        FailureCode.ENDPOINT_REJECTED,
        f"The source image is too large for this endpoint: the request has {min(sizes):,} bytes "
        f"and the limit is {max_bytes:,}. Use a smaller image or an asynchronous endpoint.",
    )


def edit_of(request: ImageRequest) -> Edit:
    """Return the edit of a request that has one.

    Raises:
        ValueError: The request generates an image from text.
    """
    if request.edit is None:
        raise ValueError("A request with source images must describe an edit.")
    return request.edit


_Encode = Callable[[EditInputs], tuple[bytes, bytes | None]]


def _encodings(fields: ImageFields) -> list[_Encode]:
    """Return the encodings to try, from the largest to the smallest."""
    return [_unchanged, *([_webp] if fields.webp else []), *(partial(_jpeg, q) for q in QUALITIES)]


def _unchanged(inputs: EditInputs) -> tuple[bytes, bytes | None]:
    return inputs.image, inputs.mask


def _webp(inputs: EditInputs) -> tuple[bytes, bytes | None]:
    image = _saved(inputs.image, "WEBP", lossless=True, quality=50, method=2)
    return image, _smallest_png(inputs.mask)


def _jpeg(quality: int, inputs: EditInputs) -> tuple[bytes, bytes | None]:
    # Without chroma subsampling, which would blur colored edges next to the mask.
    image = _saved(inputs.image, "JPEG", quality=quality, subsampling=0)
    return image, _smallest_png(inputs.mask)


def _smallest_png(png: bytes | None) -> bytes | None:
    return None if png is None else min(png, _saved(png, "PNG", optimize=True), key=len)


def resized_png(png: bytes, width: int, height: int) -> bytes:
    """Scale a PNG, or return it unchanged if it has this size."""
    image = _opened(png)
    if image.size == (width, height):
        return png
    from PIL.Image import Resampling

    out = BytesIO()
    image.resize((width, height), Resampling.LANCZOS).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _saved(png: bytes, kind: str, **options: object) -> bytes:
    out = BytesIO()
    _opened(png).save(out, kind, **options)
    return out.getvalue()


def _opened(png: bytes) -> Image:
    # Imported late to keep Pillow out of the cold start of Lambda functions.
    from PIL import Image

    return Image.open(BytesIO(png), formats=["PNG"])


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
