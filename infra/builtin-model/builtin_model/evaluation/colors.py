"""Named colors of pixels, by hue, saturation and value (HSV, Smith 1978)."""

from __future__ import annotations

import numpy as np

# Hue ranges [from, to) in degrees. Red wraps around.
HUES = {
    "red": ((345, 361), (0, 16)),
    "orange": ((12, 42),),
    "yellow": ((40, 68),),
    "green": ((68, 170),),
    "blue": ((176, 258),),
    "purple": ((252, 308),),
    "pink": ((298, 352),),
}


def hsv(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Convert float RGB (…×3, 0…1) to hue in degrees, saturation and value in 0…1."""
    high, low = rgb.max(-1), rgb.min(-1)
    spread = np.maximum(high - low, 1e-6)
    red, green, blue = np.moveaxis(rgb, -1, 0)
    hue = np.where(
        high == red,
        (green - blue) / spread % 6,
        np.where(high == green, (blue - red) / spread + 2, (red - green) / spread + 4),
    )
    return hue * 60, (high - low) / np.maximum(high, 1e-6), high


def share(rgb: np.ndarray, color: str) -> float:
    """Return the share of pixels (N×3, float in 0…1) that have a named color.

    Hue ranges overlap slightly, because people disagree about the boundaries too. Brown is
    dark orange. Pink includes pale red.
    """
    if not len(rgb):
        return 0.0
    hue, saturation, value = hsv(rgb)
    chromatic = (saturation > 0.25) & (value > 0.22)
    if color == "black":
        return float((value < 0.32).mean())
    if color == "white":
        return float(((saturation < 0.15) & (value > 0.82)).mean())
    if color == "gray":
        return float(((saturation < 0.18) & (value > 0.25) & (value < 0.85)).mean())
    if color == "brown":
        brown = (hue >= 5) & (hue < 45) & (saturation > 0.25) & (value > 0.12) & (value < 0.78)
        return float(brown.mean())
    inside = np.zeros(len(rgb), dtype=bool)
    for start, end in HUES[color]:
        inside |= (hue >= start) & (hue < end)
    if color == "pink":
        inside |= ((hue >= 330) | (hue < 15)) & (saturation < 0.6) & (value > 0.75)
    if color in ("red", "orange", "yellow"):
        chromatic &= value > 0.35
    return float((inside & chromatic).mean())


def foreground(image: np.ndarray) -> np.ndarray:
    """Return the pixels (N×3) of an image (H×W×3, 0…1) that differ from its background.

    The background of each row is interpolated between the outer twentieths of the row.
    """
    edge = max(2, image.shape[1] // 20)
    left, right = image[:, :edge].mean(1), image[:, -edge:].mean(1)
    across = np.linspace(0, 1, image.shape[1])[None, :, None]
    background = left[:, None] * (1 - across) + right[:, None] * across
    return image[np.abs(image - background).max(-1) > 0.12]


def object_has_color(image: np.ndarray, color: str) -> bool:
    """Return whether at least 40 % of the object's pixels have the color.

    Outlines and highlights do not count as pixels of the object.
    """
    pixels = foreground(image)
    if color in HUES:
        _, saturation, value = hsv(pixels)
        outline = (value < 0.25) | ((saturation < 0.12) & (value > 0.8))
        if outline.mean() < 0.75:
            pixels = pixels[~outline]
    return share(pixels, color) >= 0.4
