"""Recolor a sprite and keep its shading.

The sprite's luma, centered on its average, selects a position on the color's ramp from
dark through middle to light. Black lines and white highlights keep their color, unless
the whole sprite is gray. A sprite that already has the color stays unchanged: a red
apple keeps its green leaf.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from genai_studio.inference.pipelines.builtin.scene.layers import Floats
from genai_studio.inference.pipelines.builtin.scene.palette import ramp

UNSATURATED: Final = frozenset({"brown", "black", "white", "gray"})
NEAR: Final = 0.026
MOSTLY: Final = 0.6
WHOLE: Final = (0.45, 0.85)
"""A sprite is recolored in part if its colored share lies between these values."""
LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)


def _smooth(values: Floats, low: float, high: float) -> Floats:
    """Smoothstep: 0 below `low`, 1 above `high`."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _hue(rgb: Floats) -> Floats:
    """Return the hue (0…1) of N×3 colors."""
    high, low = rgb.max(-1), rgb.min(-1)
    spread = np.maximum(high - low, 1e-6)
    red, green, blue = rgb[:, 0], rgb[:, 1], rgb[:, 2]
    sixth = np.where(
        high == red,
        (green - blue) / spread % 6,
        np.where(high == green, (blue - red) / spread + 2, (red - green) / spread + 4),
    )
    return np.asarray(sixth / 6, np.float32)


def _is_already(pixels: Floats, color: str) -> bool:
    """Return whether most pixels (N×3) are saturated and close to the color's hue."""
    middle = ramp(color)[1:2]
    if color in UNSATURATED or len(pixels) == 0:
        return False
    away = np.abs((_hue(pixels) - _hue(middle) + 0.5) % 1 - 0.5)
    vivid = (pixels.max(-1) > 0.5) & (pixels.max(-1) - pixels.min(-1) > 0.3)
    return bool((vivid & (away < NEAR)).mean() > MOSTLY)


def recolor(sprite: Floats, color: str) -> Floats:
    """Recolor a premultiplied RGBA sprite (H×W×4, 0…1). "none" returns it unchanged."""
    if color == "none":
        return sprite
    alpha = sprite[..., 3:]
    straight = sprite[..., :3] / np.maximum(alpha, 1e-3)
    luma = np.clip(straight @ LUMA, 0, 1)
    chroma = straight.max(-1) - straight.min(-1)
    visible = alpha[..., 0] > 0.5
    if not visible.any():
        return sprite
    share = _smooth(chroma, 0.08, 0.22)
    # Gray sprites, and the pale shadows of single-color sprites, are recolored completely.
    if not WHOLE[0] < share[visible].mean() < WHOLE[1]:
        share = np.ones_like(share)
    share = share * _smooth(luma, 0.06, 0.16)
    painted = visible & (share > 0.5)
    if _is_already(straight[painted], color):
        return sprite
    average = float(luma[painted].mean()) if painted.any() else 0.5
    exponent = np.log(0.5) / np.log(min(max(average, 0.1), 0.9))
    place = (luma**exponent)[..., None]
    dark, middle, light = ramp(color)
    lower = dark + (middle - dark) * np.clip(place * 2, 0, 1)
    upper = middle + (light - middle) * np.clip(place * 2 - 1, 0, 1)
    tinted = np.where(place < 0.5, lower, upper)
    mixed = straight + (tinted - straight) * share[..., None]
    return np.concatenate([np.clip(mixed, 0, 1) * alpha, alpha], -1).astype(np.float32)
