"""Compare what known codes draw with a window of an image, and choose the best.

The sprite network's code is an average of what it considers possible. Known codes near it are
drawn over the window's background at a few sizes, places and both directions. The one that
resembles the window most replaces the network's code, unless that code itself is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from typing import Final

import numpy as np

from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SIDE, SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames
from genai_studio.inference.pipelines.builtin.scene.compositor import cleaned
from genai_studio.inference.pipelines.builtin.scene.layers import Floats
from genai_studio.inference.pipelines.builtin.scene.recolor import LUMA, recolor

CANDIDATES: Final = 48
SIDES: Final = (26, 28, 30)
"""Sides of a drawn sprite in pixels of the window. The middle one is the expected side."""
WAYS: Final = tuple(product((False, True), (-2, 0, 2), (-2, 0, 2)))
"""Mirrored or not, and shifts to the right and downward."""
ROUGH_WAYS: Final = tuple(product((False, True), (-1, 0, 1), (0,)))
FINALISTS: Final = 6
"""Candidates that are compared at full size, after a rough comparison at half size."""
UNKNOWN: Final = 1.5
"""Factor of the error of the network's own code, which is blurred and therefore never far off."""
OUTLIER: Final = 0.5
"""Differences of pixels above this value count as this value."""


@dataclass(frozen=True, slots=True)
class Match:
    """The best drawing of a window.

    Attributes:
        code: Its code.
        mirrored: Whether it is mirrored.
        x: Shift to the right, relative to the window's side.
        y: Shift downward, relative to the window's side.
        zoom: Side relative to the expected side.
    """

    code: Floats
    mirrored: bool
    x: float
    y: float
    zoom: float


class SpriteMatcher:
    """Finds the known sprite that a window shows."""

    def __init__(self, drawer: SpriteDrawer, names: SpriteNames) -> None:
        self._drawer, self._names = drawer, names

    def match(self, seen: Floats, code: Floats, color: str, gray: bool) -> Match:
        """Find the best drawing.

        Args:
            seen: The window, S×S×3 in 0…1.
            code: The network's code.
            color: Color that the sprite was painted with, or "none".
            gray: Compare brightness only: the image has no colors of its own.
        """
        codes = np.concatenate([code[None], self._names.near(code, CANDIDATES)])
        soft = np.moveaxis(self._drawer.soft(codes), 1, -1)
        rough = _Comparison(_halved(seen), gray)
        sprites = _painted(soft, SIDES[1] // 2, color)
        handicap = np.where(np.arange(len(codes)) == 0, UNKNOWN, 1.0)
        errors = handicap * np.min([rough.errors(sprites, *way) for way in ROUGH_WAYS], 0)
        chosen = np.argsort(errors, kind="stable")[:FINALISTS]
        fine = _Comparison(seen, gray)
        found: list[tuple[float, Match]] = []
        for side in SIDES:
            sprites = _painted(soft[chosen], side, color)
            for mirrored, x, y in WAYS:
                errors = handicap[chosen] * fine.errors(sprites, mirrored, x, y)
                place, size = int(errors.argmin()), seen.shape[0]
                match = Match(codes[chosen[place]], mirrored, x / size, y / size, side / SIDES[1])
                found.append((float(errors[place]), match))
        return min(found, key=itemgetter(0))[1]


class _Comparison:
    """Compares drawn sprites with a window."""

    def __init__(self, seen: Floats, gray: bool) -> None:
        self._seen, self._gray = seen, gray
        self._behind = _background(seen)

    def errors(self, sprites: Floats, mirrored: bool, x: int, y: int) -> Floats:
        """Return the mean difference of each sprite (N×side×side×4), shifted by x and y."""
        space = self._seen.shape[0] - sprites.shape[1]
        around = (space // 2, space - space // 2)
        turned = sprites[:, :, ::-1] if mirrored else sprites
        placed = np.roll(np.pad(turned, ((0, 0), around, around, (0, 0))), (y, x), (1, 2))
        difference = placed[..., :3] + self._behind * (1 - placed[..., 3:]) - self._seen
        if self._gray:
            difference = (difference @ LUMA)[..., None]
        mean: Floats = np.minimum(np.abs(difference), OUTLIER).mean((1, 2, 3))
        return mean


def _painted(soft: Floats, side: int, color: str) -> Floats:
    return np.stack([recolor(cleaned(sprite), color) for sprite in _reduced(soft, side)])


def _halved(seen: Floats) -> Floats:
    half = seen.shape[0] // 2
    return np.asarray(seen.reshape(half, 2, half, 2, 3).mean((1, 3)), np.float32)


def _background(seen: Floats) -> Floats:
    """Interpolate the background of each row between the window's left and right edge."""
    left, right = seen[:, :2].mean(1, keepdims=True), seen[:, -2:].mean(1, keepdims=True)
    across = np.linspace(0, 1, seen.shape[1], dtype=np.float32)[None, :, None]
    return np.asarray(left * (1 - across) + right * across, np.float32)


def _reduced(images: Floats, side: int) -> Floats:
    """Reduce N×SIDE×SIDE×C to N×side×side×C by averaging areas."""
    edges = np.linspace(0, SIDE, side + 1)
    pixels = np.arange(SIDE)
    low = np.maximum(edges[:-1, None], pixels[None])
    high = np.minimum(edges[1:, None], pixels[None] + 1)
    shares = np.clip(high - low, 0, None).astype(np.float32) * (side / SIDE)
    return np.asarray(np.einsum("ay,bx,nyxc->nabc", shares, shares, images, optimize=True))
