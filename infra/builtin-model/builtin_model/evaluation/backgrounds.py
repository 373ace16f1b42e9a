"""Rules that recognize a place, a plain background or a finish from an image's pixels.

Each rule examines the image's rim, which objects rarely cover: the top and bottom sixth and
both sides. The rules were written from the meaning of the words, before any model was
trained. `evaluate` also reports how often each rule accepts images of other places.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import colors


class Rim:
    """The parts of an image (float RGB, 0…1) that the rules examine."""

    def __init__(self, image: np.ndarray) -> None:
        height, width, _ = image.shape
        band, side = height // 6, width // 8
        self.top = image[:band].reshape(-1, 3)
        self.bottom = image[-band:].reshape(-1, 3)
        sides = np.concatenate([image[:, :side], image[:, -side:]], axis=1)
        self.sides = sides.reshape(-1, 3)
        self.all = np.concatenate([self.top, self.bottom, self.sides])


def hue_share(pixels: np.ndarray, hue: tuple[float, float], low: float = 0.15) -> float:
    """Return the share of pixels with a hue in the range and at least `low` saturation.

    Args:
        pixels: RGB, N×3.
        hue: First and last hue in degrees.
        low: The lowest saturation that counts.
    """
    angle, saturation, value = colors.hsv(pixels)
    inside = (angle >= hue[0]) & (angle <= hue[1]) & (saturation >= low) & (value > 0.15)
    return float(inside.mean())


def dark_share(pixels: np.ndarray) -> float:
    """Return the share of pixels with a luma below 0.42."""
    return float((pixels @ np.array([0.299, 0.587, 0.114]) < 0.42).mean())


def gray_share(pixels: np.ndarray) -> float:
    """Return the share of pixels that are grayish, but neither black nor white."""
    _, saturation, value = colors.hsv(pixels)
    return float(((saturation < 0.35) & (value > 0.2) & (value < 0.85)).mean())


def warm_share(pixels: np.ndarray) -> float:
    """Return the share of red, orange, pink and purple pixels."""
    return hue_share(pixels, (0, 50), 0.25) + hue_share(pixels, (265, 360), 0.2)


def sharp_vertical_edges(image: np.ndarray) -> int:
    """Count the strong vertical edges, such as buildings, in the middle of both sides."""
    height, width, _ = image.shape
    rows = image[height // 3 : height * 2 // 3].mean(-1)
    steps = np.abs(np.diff(rows, axis=1)) > 0.06
    columns = steps.mean(0) > 0.25
    side = width // 4
    return int(columns[:side].sum() + columns[-side:].sum())


SAND, SEA, GREEN = (22, 58), (165, 255), (65, 165)
PLACES: dict[str, Callable[[Rim, np.ndarray], bool]] = {
    "beach": lambda r, p: hue_share(r.bottom, SAND) > 0.5 and hue_share(r.sides, SEA) > 0.15,
    "snow": lambda r, p: colors.share(r.bottom, "white") > 0.5,
    "night": lambda r, p: dark_share(r.top) > 0.6,
    "space": lambda r, p: dark_share(r.top) > 0.7 and dark_share(r.bottom) > 0.6,
    "sunset": lambda r, p: warm_share(r.top) > 0.4 or warm_share(r.sides) > 0.5,
    "meadow": lambda r, p: hue_share(r.bottom, GREEN) > 0.5 and dark_share(r.top) < 0.5,
    "underwater": lambda r, p: (
        hue_share(r.sides, SEA, 0.25) > 0.6 and hue_share(r.top, SEA, 0.2) > 0.6
    ),
    "ocean": lambda r, p: hue_share(r.bottom, SEA, 0.25) > 0.5,
    "desert": lambda r, p: (
        hue_share(r.bottom, (12, 58), 0.2) > 0.5 and hue_share(r.bottom, GREEN) < 0.1
    ),
    "forest": lambda r, p: (
        hue_share(r.sides, GREEN) > 0.35
        and hue_share(r.bottom, (20, 165)) > 0.5
        and dark_share(r.top) < 0.9
    ),
    "city": lambda r, p: gray_share(r.bottom) > 0.4 and sharp_vertical_edges(p) >= 3,
}


def place_is(image: np.ndarray, place: str) -> bool:
    """Return whether the rim of an image (H×W×3, 0…1) shows a place, or "solid <color>"."""
    rim = Rim(image)
    if place.startswith("solid "):
        return colors.share(rim.all, place.removeprefix("solid ")) > 0.6
    return PLACES[place](rim, image)


def style_is(image: np.ndarray, style: str) -> bool:
    """Return whether a finish was applied.

    Raises:
        ValueError: The style is not "pixel art", "monochrome", "sepia" or "silhouette".
    """
    if style == "pixel art":
        return _block_size(image) >= 4
    if style == "silhouette":
        return dark_share(colors.foreground(image)) > 0.85
    hue, saturation, _ = colors.hsv(image.reshape(-1, 3))
    if style == "monochrome":
        return float((saturation < 0.08).mean()) > 0.95
    if style == "sepia":
        colored = saturation > 0.08
        warm = (hue > 15) & (hue < 60)
        return colored.mean() > 0.5 and float(warm[colored].mean()) > 0.9
    raise ValueError(f"There is no rule for the style {style!r}.")


def _block_size(image: np.ndarray) -> float:
    """Return the median distance in pixels between columns that differ from their neighbor."""
    changes = np.flatnonzero(np.abs(np.diff(image, axis=1)).max(axis=(0, 2)) > 0.03)
    return float(np.median(np.diff(changes))) if len(changes) > 2 else 0.0
