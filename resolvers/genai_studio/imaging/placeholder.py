"""Create blurred placeholders with thumbhash (https://evanw.github.io/thumbhash).

The PyPI package `thumbhash` is one MIT-licensed module without dependencies, a
line-by-line port of the reference encoder. It is pure Python, and its time grows
with the number of pixels: 32 × 32 pixels need 6 ms, 100 × 100 need 50 ms. The
hashes differ only in single bits, because a thumbhash stores at most seven
frequencies per side.
"""

from __future__ import annotations

import base64

from PIL import Image
from thumbhash import rgba_to_thumb_hash

_MAX_SIDE = 32


def placeholder(image: Image.Image) -> str:
    """Return the Base64 thumbhash of an image, 20 to 25 bytes.

    Args:
        image: RGB. A thumbnail is sufficient.
    """
    tiny = image.copy()
    tiny.thumbnail((_MAX_SIDE, _MAX_SIDE), Image.Resampling.BOX)
    rgba = tiny.convert("RGBA").tobytes()
    return base64.b64encode(bytes(rgba_to_thumb_hash(tiny.width, tiny.height, rgba))).decode()
