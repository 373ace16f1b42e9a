"""Named colours of pixels, by hue, saturation and brightness (HSV, Smith 1978)."""

from __future__ import annotations

import numpy as np

# Names, then [from, to) in degrees of hue; red wraps around.
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
    """Hue in degrees, saturation and value in 0…1 of float RGB in 0…1 (…×3)."""
    high, low = rgb.max(-1), rgb.min(-1)
    spread = np.maximum(high - low, 1e-6)
    red, green, blue = np.moveaxis(rgb, -1, 0)
    hue = np.where(
        high == red,
        (green - blue) / spread % 6,
        np.where(high == green, (blue - red) / spread + 2, (red - green) / spread + 4),
    )
    return hue * 60, (high - low) / np.maximum(high, 1e-6), high


def share(rgb: np.ndarray, colour: str) -> float:
    """Which part of the pixels (N×3, float 0…1) has the named colour.

    Hue ranges overlap a little at their ends, since people disagree there too.
    Brown is dark orange; pink is also pale red.
    """
    if not len(rgb):
        return 0.0
    hue, saturation, value = hsv(rgb)
    chromatic = (saturation > 0.25) & (value > 0.22)
    if colour == "black":
        return float((value < 0.32).mean())
    if colour == "white":
        return float(((saturation < 0.15) & (value > 0.82)).mean())
    if colour == "grey":
        return float(((saturation < 0.18) & (value > 0.25) & (value < 0.85)).mean())
    if colour == "brown":
        brown = (hue >= 5) & (hue < 45) & (saturation > 0.25) & (value > 0.12) & (value < 0.78)
        return float(brown.mean())
    inside = np.zeros(len(rgb), dtype=bool)
    for start, end in HUES[colour]:
        inside |= (hue >= start) & (hue < end)
    if colour == "pink":
        inside |= ((hue >= 330) | (hue < 15)) & (saturation < 0.6) & (value > 0.75)
    if colour in ("red", "orange", "yellow"):
        chromatic &= value > 0.35
    return float((inside & chromatic).mean())


def foreground(picture: np.ndarray) -> np.ndarray:
    """The pixels (N×3) that differ from the background of a plain picture (H×W×3, 0…1).

    The background is estimated row by row from the outer twentieth on either side.
    """
    edge = max(2, picture.shape[1] // 20)
    left, right = picture[:, :edge].mean(1), picture[:, -edge:].mean(1)
    across = np.linspace(0, 1, picture.shape[1])[None, :, None]
    background = left[:, None] * (1 - across) + right[:, None] * across
    return picture[np.abs(picture - background).max(-1) > 0.12]


def object_has_colour(picture: np.ndarray, colour: str) -> bool:
    """At least 40 % of the object's pixels, leaving out outlines and highlights."""
    pixels = foreground(picture)
    if colour in HUES:
        _, saturation, value = hsv(pixels)
        outline = (value < 0.25) | ((saturation < 0.12) & (value > 0.8))
        if outline.mean() < 0.75:
            pixels = pixels[~outline]
    return share(pixels, colour) >= 0.4
