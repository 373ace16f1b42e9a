"""Check and decode the images of an edit.

The header is checked before the invocation is queued, the pixels are decoded when it runs.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from genai_studio.inference.errors import InvalidInvocation

FORMATS = ("PNG", "JPEG", "WEBP")
_TRANSPARENT_MODES = ("RGBA", "LA", "PA", "RGBa", "La")


def image_size(data: bytes, field: str) -> tuple[int, int]:
    """Read width and height from the header of an image, without decoding its pixels.

    Args:
        data: An encoded image.
        field: Name of the field, for errors.

    Raises:
        InvalidInvocation: The data is not a PNG, JPEG or WebP image, is animated, or is a
            mask with transparency.
    """
    try:
        # Pillow reads only the header here.
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            size, frames = image.size, getattr(image, "n_frames", 1)
            transparent = _is_transparent(image)
    except Exception:
        # Pillow's decoders raise many exception types on invalid data.
        raise _unreadable(field) from None
    if frames != 1:
        raise InvalidInvocation(f"{field}: Must have one frame, not {frames}.", field)
    if field == "mask_image" and transparent:
        raise InvalidInvocation(
            "mask_image: Must be opaque. White pixels change, black pixels are kept.", field
        )
    return size


def decode_image(data: bytes, field: str, mode: str) -> Image.Image:
    """Decode an image that `image_size` accepted.

    Args:
        data: An encoded image.
        field: Name of the field, for errors.
        mode: Mode of the result: RGB, or L for a mask. Transparency is ignored.

    Raises:
        InvalidInvocation: The image is truncated or damaged.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            return image.convert(mode)
    except Exception:
        raise _unreadable(field) from None


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in _TRANSPARENT_MODES or "transparency" in image.info


def _unreadable(field: str) -> InvalidInvocation:
    return InvalidInvocation(
        f"{field}: Must be a complete PNG, JPEG or WebP image, encoded as base64.", field
    )
