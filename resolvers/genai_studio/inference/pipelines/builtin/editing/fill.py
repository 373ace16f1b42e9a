"""Fill a part of an image smoothly from what surrounds it."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene.layers import Floats

LARGEST: Final = 256
"""The fill is computed at no more than this side: it is smooth."""
ENOUGH: Final = 1e-3


def filled(values: Floats, known: Floats) -> Floats:
    """Replace unknown values by a smooth continuation of the known ones (pull-push).

    The image is reduced until every pixel is known, then enlarged again. Only unknown pixels
    change (Gortler et al. 1996).

    Args:
        values: H×W×C.
        known: Weight of each value, H×W in 0…1. 0 is unknown, 1 is kept.
    """
    height, width = known.shape
    scale = min(1.0, LARGEST / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    weight = _resized(known[..., None], size)
    colors = _resized(values * known[..., None], size)
    smooth = _resized(_pushed(colors, weight), (width, height))
    return np.asarray(values * known[..., None] + smooth * (1 - known[..., None]), np.float32)


def _pushed(colors: Floats, weight: Floats) -> Floats:
    """Return colors (premultiplied by their weight) with the gaps filled from coarser levels."""
    certain = np.clip(weight, 0, 1)
    own = colors / np.maximum(weight, ENOUGH)
    height, width = weight.shape[:2]
    if min(weight.min(), 1.0) > 0.99 or max(height, width) == 1:
        return np.asarray(own, np.float32)
    half = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    # Weights grow on the way down, so that few known pixels fill large gaps.
    reduced = _resized(weight, half)
    grown = np.minimum(1, reduced * 2)
    coarse = _pushed(_resized(colors, half) * (grown / np.maximum(reduced, ENOUGH)), grown)
    behind = _resized(coarse, (width, height))
    return np.asarray(own * certain + behind * (1 - certain), np.float32)


def _resized(values: Floats, size: tuple[int, int]) -> Floats:
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(values[..., channel], np.float32)).resize(
                size, Image.Resampling.BILINEAR
            )
        )
        for channel in range(values.shape[-1])
    ]
    return np.stack(channels, -1)


def blurred(mask: Floats, radius: float) -> Floats:
    """Blur a mask (H×W) by reducing and enlarging it, about `radius` pixels wide."""
    height, width = mask.shape
    size = (max(1, round(width / radius)), max(1, round(height / radius)))
    return _resized(_resized(mask[..., None], size), (width, height))[..., 0]
