"""Where a mask is, and whether it extends the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genai_studio.inference.pipelines.builtin.scene.layers import Floats

Corners = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


@dataclass(frozen=True, slots=True)
class MaskShape:
    """The shape of a mask.

    Attributes:
        box: The region to draw into: the mask's bounding box or, if the mask extends the image,
            its largest strip.
        kept: Bounding box of the pixels that stay.
        extends: Whether the mask covers at least one whole side of the image, as outpainting
            does, and leaves a rectangle.
    """

    box: Corners
    kept: Corners
    extends: bool

    @classmethod
    def of(cls, mask: Floats) -> MaskShape:
        """Measure a mask, H×W in 0…1."""
        height, width = mask.shape
        whole = (0, 0, width, height)
        changed = _bounds(mask >= 0.5) or whole
        kept = _bounds(mask < 0.02)
        if kept is None or kept == whole:
            return cls(changed, kept or whole, False)
        left, top, right, bottom = kept
        inside = mask[top:bottom, left:right]
        # The feathered edge of a rectangle is inside it.
        if (inside >= 0.5).mean() > 0.02:
            return cls(changed, kept, False)
        strips = [
            (0, 0, left, height), (right, 0, width, height),
            (0, 0, width, top), (0, bottom, width, height),
        ]  # fmt: skip
        return cls(max(strips, key=_area), kept, True)


def _bounds(chosen: np.ndarray) -> Corners | None:
    rows, columns = np.flatnonzero(chosen.any(1)), np.flatnonzero(chosen.any(0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _area(corners: Corners) -> int:
    left, top, right, bottom = corners
    return (right - left) * (bottom - top)
