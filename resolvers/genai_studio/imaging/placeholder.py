"""The blur that is painted until the pixels come: a thumbhash (https://evanw.github.io/thumbhash).

The PyPI package `thumbhash` is one MIT-licensed module without dependencies, a
line-by-line port of the reference encoder; only that function of it is used.
It is plain Python and its time grows with the pixels: 32 × 32 take 6 ms and give
the same bytes, but for a last bit here and there, as 100 × 100 do in 50 ms,
since nothing finer than seven waves a side is kept.
"""

from __future__ import annotations

import base64

from PIL import Image
from thumbhash import rgba_to_thumb_hash  # type: ignore[import-untyped]  # it ships no types

_MAX_SIDE = 32


def placeholder(image: Image.Image) -> str:
    """Base64 of the image's thumbhash, 20 to 25 bytes.

    Args:
        image: RGB; the thumbnail does.
    """
    tiny = image.copy()
    tiny.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.BOX)
    rgba = tiny.convert("RGBA").tobytes()
    return base64.b64encode(bytes(rgba_to_thumb_hash(tiny.width, tiny.height, rgba))).decode()
