"""The small image that lists show."""

from __future__ import annotations

import io

from PIL import Image

MAX_SIDE = 320
"""Pixels of the longer side; a smaller image stays as it is."""


def small(image: Image.Image) -> Image.Image:
    """A copy that fits into `MAX_SIDE` × `MAX_SIDE`."""
    copy = image.copy()
    copy.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return copy


def webp(image: Image.Image) -> bytes:
    """The image as WebP.

    Method 2 of 6 takes two thirds of the default's time for 6 % more bytes.
    """
    target = io.BytesIO()
    image.save(target, "WEBP", quality=80, method=2)
    return target.getvalue()
