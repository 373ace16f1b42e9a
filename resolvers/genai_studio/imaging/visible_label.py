"""Draw the visible label of downloads: “AI generated” or “AI生成”.

GB 45438-2025 asks for text on the image that contains “AI” and says that it was generated,
with a height of at least 5% of the shorter side, at an edge or in a corner.

The font has only the glyphs of the two texts. It is a subset of Noto Sans SC Bold, whose
license (`fonts/OFL.txt`) permits it. Pillow's own font has no Chinese glyphs.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

LABEL_TEXTS = {"en": "AI generated", "zh": "AI生成"}
"""Text by the value of the setting `download_label`."""

FONT_FILE = Path(__file__).parent / "fonts" / "label.ttf"

_MIN_HEIGHT = 0.05
"""Height of a capital letter as a fraction of the shorter side."""
_CAPITAL = 0.733
"""Height of a capital letter as a fraction of the font size: the lowest full glyph."""
_PADDING = 0.3
"""Space between text and box, and between box and edge, as a fraction of the font size."""

_TEXT, _BOX = "white", "black"


def with_label(image: Image.Image, text: str) -> Image.Image:
    """Return a copy with a label in the lower right corner, white on a black box.

    The box makes the text legible on every image.

    Args:
        image: RGB.
        text: A value of `LABEL_TEXTS`. The font has no other glyphs.
    """
    font = label_font(min(image.size))
    padding = round(_PADDING * font.size)
    left, top, right, bottom = font.getbbox(text)
    width, height = right - left, bottom - top
    x, y = image.width - 2 * padding - width, image.height - 2 * padding - height
    copy = image.copy()
    draw = ImageDraw.Draw(copy)
    box = (x - padding, y - padding, x + width + padding - 1, y + height + padding - 1)
    draw.rectangle(box, fill=_BOX)
    draw.text((x - left, y - top), text, fill=_TEXT, font=font)
    return copy


def label_font(shorter_side: int) -> ImageFont.FreeTypeFont:
    """Return the font of the label on an image with this shorter side, in pixels."""
    capital = math.ceil(_MIN_HEIGHT * shorter_side)
    size = math.ceil(capital / _CAPITAL)
    return ImageFont.truetype(FONT_FILE, size, layout_engine=ImageFont.Layout.BASIC)
