"""The alpha channel of a masked edit: 255 where the result replaces the source, 0 outside."""

from __future__ import annotations

from PIL import Image, ImageFilter

from genai_studio.domain.editing.edit import Box, Edit, Margins

THRESHOLD = 128
"""Pixels of a mask from this value on are white."""


def edit_alpha(edit: Edit, mask: Image.Image | None, region: Box) -> Image.Image:
    """Return the feathered mask of a region of the result.

    The soft edge is outside the mask: white pixels are 255, and pixels farther than
    `edit.mask_feather` from a white pixel, along rows and columns, are exactly 0.

    Args:
        mask: The mask of INPAINT. None for OUTPAINT.
        region: Within the result. It contains the mask with its soft edge.
    """
    if edit.outpaint is None:
        if mask is None:
            raise ValueError("INPAINT needs a mask.")
        hard = _crop(mask.convert("L"), region).point(_binary)
    else:
        hard = _margins(edit, edit.outpaint, region)
    return feathered(hard, edit.mask_feather)


def feathered(hard: Image.Image, feather: int) -> Image.Image:
    """Return a mask with a soft edge of `feather` pixels around its white pixels.

    Growing by one half and blurring by the other keeps white pixels white: the blur's
    window around each of them contains grown pixels only.
    """
    blur = feather // 2
    grown = _grown(hard, feather - blur)
    # Two box filters in a row give a smooth ramp of the same width.
    for radius in (blur - blur // 2, blur // 2):
        if radius:
            grown = grown.filter(ImageFilter.BoxBlur(radius))
    return grown


def _grown(mask: Image.Image, radius: int) -> Image.Image:
    """Return the mask with every pixel white that has a white pixel in its square."""
    for across, down in ((radius, 0), (0, radius)):
        if radius:
            # A single white pixel in a window of at most 65 pixels still gives 4.
            mask = mask.filter(ImageFilter.BoxBlur((across, down))).point(_any)
    return mask


def _margins(edit: Edit, margins: Margins, region: Box) -> Image.Image:
    mask = Image.new("L", (region.width, region.height), 255)
    left, top = margins.left - region.left, margins.top - region.top
    mask.paste(0, (left, top, left + edit.source.width, top + edit.source.height))
    return mask


def _crop(image: Image.Image, box: Box) -> Image.Image:
    return image.crop((box.left, box.top, box.right, box.bottom))


def _binary(value: int) -> int:
    return 255 if value >= THRESHOLD else 0


def _any(value: int) -> int:
    return 255 if value else 0
