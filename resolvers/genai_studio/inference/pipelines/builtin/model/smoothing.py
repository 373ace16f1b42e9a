"""Smooth the areas of a decoded sprite and keep its edges.

A separable bilateral filter (Tomasi and Manduchi 1998; Pham and van Vliet 2005) smooths
the color and ignores transparent pixels. The outline is smoothed separately.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from genai_studio.inference.pipelines.builtin.scene.layers import Floats

REACH: Final = (-3, -2, -1, 1, 2, 3)
"""Distances of the averaged neighbors, in strides."""
SPREAD: Final = 1.8
ROUNDS: Final = ((2, 0.085), (4, 0.06))
"""Stride in pixels and edge contrast of each round. The second round removes larger spots."""
OUTLINE: Final = 1.2
"""Blur radius of the outline in pixels."""
STEEPNESS: Final = 2.0
VISIBLE: Final = 0.05


def smoothed(sprite: Floats) -> Floats:
    """Smooth a premultiplied RGBA sprite (H×W×4, 0…1)."""
    alpha = np.clip(sprite[..., 3:], 0, 1)
    color: Floats = np.clip(sprite[..., :3] / np.maximum(alpha, 0.02), 0, 1)
    for stride, contrast in ROUNDS:
        for axis in (1, 0):
            color = _along(color, alpha, axis, stride, contrast)
    outlined = _outlined(alpha)
    return np.concatenate([color * outlined, outlined], -1).astype(np.float32)


def _outlined(alpha: Floats) -> Floats:
    """Return alpha with a smooth outline: blurred, then sharpened to its former slope."""
    image = Image.fromarray((alpha[..., 0] * 255).round().astype(np.uint8))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(OUTLINE)), np.float32) / 255
    even = np.clip((blurred - 0.5) * STEEPNESS + 0.5, 0, 1)[..., None]
    return np.asarray(np.where(alpha > VISIBLE, even, np.minimum(even, alpha)), np.float32)


def _along(color: Floats, alpha: Floats, axis: int, stride: int, contrast: float) -> Floats:
    """Apply one pass of the filter along an axis."""
    total, weight = color.copy(), np.ones_like(alpha)
    length = color.shape[axis]
    for distance in REACH:
        places = np.clip(np.arange(length) + distance * stride, 0, length - 1)
        near, seen = color.take(places, axis), alpha.take(places, axis)
        unlike = ((near - color) ** 2).sum(-1, keepdims=True) / (2 * contrast**2)
        likeness = np.exp(-unlike - distance**2 / (2 * SPREAD**2)) * seen
        total += near * likeness
        weight += likeness
    return total / weight
