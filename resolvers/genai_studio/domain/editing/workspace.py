"""Choose the part of a masked edit that the endpoint generates, and the size it works in.

Models accept only certain sizes, but a source can have any size. The whole result is sent
if it fits, padded to an accepted size. Of a larger result only the surroundings of the mask
are sent (AUTOMATIC1111's “only masked”), scaled down if they are too large as well. A result
below the model's minimum is scaled up.
"""

from __future__ import annotations

from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.edit import Box, Margins, Workspace

CONTEXT = 32
"""Pixels around the feathered mask that the model sees at least, as in AUTOMATIC1111."""


def choose_workspace(width: int, height: int, white: Box, feather: int, model: Model) -> Workspace:
    """Return the workspace for a result of `width` × `height` pixels.

    Args:
        white: The part that changes, without the soft edge around it.
        feather: Width of the soft edge in pixels.
    """
    limits = model.limits
    if width < limits.width.min or height < limits.height.min:
        return _scaled(Box(left=0, top=0, right=width, bottom=height), model)
    if (padded := limits.padded(width, height)) is not None:
        return _unscaled(0, 0, *padded)
    crop = _surroundings(width, height, white, feather + CONTEXT, model)
    padded = limits.padded(crop.width, crop.height)
    if padded is None:
        return _scaled(crop, model)
    # Real pixels are better context than padding.
    left = min(crop.left, max(width - padded[0], 0))
    top = min(crop.top, max(height - padded[1], 0))
    return _unscaled(left, top, *padded)


def margins_box(width: int, height: int, margins: Margins) -> Box:
    """Return the smallest box that contains all margins of a result of `width` × `height`."""
    beside, above = margins.left or margins.right, margins.top or margins.bottom
    return Box(
        left=0 if margins.left or above else width - margins.right,
        top=0 if margins.top or beside else height - margins.bottom,
        right=width if margins.right or above else margins.left,
        bottom=height if margins.bottom or beside else margins.top,
    )


def _surroundings(width: int, height: int, white: Box, around: int, model: Model) -> Box:
    """Return the mask's box with its context, at least as large as the model's default size."""
    left, right = _stretch(white.left - around, white.right + around, width, model.defaults.width)
    top, bottom = _stretch(white.top - around, white.bottom + around, height, model.defaults.height)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _stretch(start: int, end: int, limit: int, least: int) -> tuple[int, int]:
    """Return a range within 0…`limit` that contains the given one and has `least` pixels."""
    start, end = max(start, 0), min(end, limit)
    length = max(end - start, min(least, limit))
    start = max(min(start - (length - (end - start)) // 2, limit - length), 0)
    return start, start + length


def _unscaled(left: int, top: int, width: int, height: int) -> Workspace:
    region = Box(left=left, top=top, right=left + width, bottom=top + height)
    return Workspace(region=region, width=width, height=height)


def _scaled(crop: Box, model: Model) -> Workspace:
    width, height = model.limits.fit(crop.width, crop.height)
    # Padding keeps the aspect ratio where rounding or the limits would change it.
    scale = min(width / crop.width, height / crop.height)
    region = Box(
        left=crop.left,
        top=crop.top,
        right=crop.left + max(round(width / scale), crop.width),
        bottom=crop.top + max(round(height / scale), crop.height),
    )
    return Workspace(region=region, width=width, height=height)
