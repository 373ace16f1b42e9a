"""Rules that tell a place, a plain background or a finish from the pixels of a picture.

Each rule looks at the picture's rim, where objects seldom stand: the top and
bottom sixth and the two sides. The rules were written from what the words mean,
before any model was trained; `evaluate` also reports how often each rule says yes
to pictures of other places.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import colours


class Rim:
    """The parts of a picture that the rules look at (float RGB, 0…1)."""

    def __init__(self, picture: np.ndarray) -> None:
        height, width, _ = picture.shape
        band, side = height // 6, width // 8
        self.top = picture[:band].reshape(-1, 3)
        self.bottom = picture[-band:].reshape(-1, 3)
        sides = np.concatenate([picture[:, :side], picture[:, -side:]], axis=1)
        self.sides = sides.reshape(-1, 3)
        self.all = np.concatenate([self.top, self.bottom, self.sides])


def part(pixels: np.ndarray, hue: tuple[float, float], low: float = 0.15) -> float:
    """Which part has a hue in degrees within the range and at least `low` saturation."""
    angle, saturation, value = colours.hsv(pixels)
    inside = (angle >= hue[0]) & (angle <= hue[1]) & (saturation >= low) & (value > 0.15)
    return float(inside.mean())


def dark(pixels: np.ndarray) -> float:
    """Which part is darker than 0.42 in luma."""
    return float((pixels @ np.array([0.299, 0.587, 0.114]) < 0.42).mean())


def grey(pixels: np.ndarray) -> float:
    """Which part is greyish and neither black nor white."""
    _, saturation, value = colours.hsv(pixels)
    return float(((saturation < 0.35) & (value > 0.2) & (value < 0.85)).mean())


def warm_sky(pixels: np.ndarray) -> float:
    """Which part is red, orange, pink or purple."""
    return part(pixels, (0, 50), 0.25) + part(pixels, (265, 360), 0.2)


def sharp_vertical_edges(picture: np.ndarray) -> int:
    """How many strong vertical edges cross the middle of both sides: buildings, trunks."""
    height, width, _ = picture.shape
    rows = picture[height // 3 : height * 2 // 3].mean(-1)
    steps = np.abs(np.diff(rows, axis=1)) > 0.06
    columns = steps.mean(0) > 0.25
    side = width // 4
    return int(columns[:side].sum() + columns[-side:].sum())


SAND, SEA, GREEN = (22, 58), (165, 255), (65, 165)
PLACES: dict[str, Callable[[Rim, np.ndarray], bool]] = {
    "beach": lambda r, p: part(r.bottom, SAND) > 0.5 and part(r.sides, SEA) > 0.15,
    "snow": lambda r, p: colours.share(r.bottom, "white") > 0.5,
    "night": lambda r, p: dark(r.top) > 0.6,
    "space": lambda r, p: dark(r.top) > 0.7 and dark(r.bottom) > 0.6,
    "sunset": lambda r, p: warm_sky(r.top) > 0.4 or warm_sky(r.sides) > 0.5,
    "meadow": lambda r, p: part(r.bottom, GREEN) > 0.5 and dark(r.top) < 0.5,
    "underwater": lambda r, p: part(r.sides, SEA, 0.25) > 0.6 and part(r.top, SEA, 0.2) > 0.6,
    "ocean": lambda r, p: part(r.bottom, SEA, 0.25) > 0.5,
    "desert": lambda r, p: part(r.bottom, (12, 58), 0.2) > 0.5 and part(r.bottom, GREEN) < 0.1,
    "forest": lambda r, p: (
        part(r.sides, GREEN) > 0.35 and part(r.bottom, (20, 165)) > 0.5 and dark(r.top) < 0.9
    ),
    "city": lambda r, p: grey(r.bottom) > 0.4 and sharp_vertical_edges(p) >= 3,
}


def place_is(picture: np.ndarray, place: str) -> bool:
    """Whether the rim of a picture (H×W×3, 0…1) shows the place, or 'solid <colour>'."""
    rim = Rim(picture)
    if place.startswith("solid "):
        return colours.share(rim.all, place.removeprefix("solid ")) > 0.6
    return PLACES[place](rim, picture)


def style_is(picture: np.ndarray, style: str) -> bool:
    """Whether a finish was applied: 'pixel art', 'monochrome', 'sepia' or 'silhouette'."""
    if style == "pixel art":
        return _longest_even_run(picture) >= 4
    if style == "silhouette":
        return dark(colours.foreground(picture)) > 0.85
    hue, saturation, _ = colours.hsv(picture.reshape(-1, 3))
    if style == "monochrome":
        return float((saturation < 0.08).mean()) > 0.95
    if style == "sepia":
        coloured = saturation > 0.08
        warm = (hue > 15) & (hue < 60)
        return coloured.mean() > 0.5 and float(warm[coloured].mean()) > 0.9
    raise ValueError(f"no rule for style {style!r}")


def _longest_even_run(picture: np.ndarray) -> float:
    """Median distance in pixels between columns where anything changes: the block size."""
    changes = np.flatnonzero(np.abs(np.diff(picture, axis=1)).max(axis=(0, 2)) > 0.03)
    return float(np.median(np.diff(changes))) if len(changes) > 2 else 0.0
