"""Draw the backdrops: one function per place, tinted by day, sunset or night light."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene.brush import Brush, blend
from genai_studio.inference.pipelines.builtin.scene.layers import Scene
from genai_studio.inference.pipelines.builtin.scene.palette import Rgb, middle

WHITE: Final[Rgb] = (255, 255, 255)
SKIES: Final[dict[str, tuple[Rgb, ...]]] = {
    "day": ((86, 180, 245), (160, 216, 252), (222, 243, 255)),
    "sunset": ((74, 50, 120), (206, 84, 110), (250, 150, 84), (255, 214, 140)),
    "night": ((8, 12, 38), (18, 28, 74), (40, 56, 112)),
}
SHADES: Final[dict[str, tuple[Rgb, float]]] = {
    "day": ((255, 255, 255), 0.0),
    "sunset": ((92, 34, 66), 0.36),
    "night": ((6, 12, 44), 0.62),
}
GROUNDED: Final = frozenset(
    {"beach", "meadow", "forest", "mountains", "desert", "snow", "city", "room"}
)
"""Places where a sprite stands on the ground and casts a shadow."""


class Backdrop:
    """State of one backdrop while it is drawn."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self.light = scene.choice["light"]
        self.color = scene.choice["background color"]
        self.details = scene.details
        seed = [round(abs(detail) * 4096) for detail in scene.details]
        self.random = np.random.default_rng(seed)
        self.brush = Brush(width, height, self.random)

    def detail(self, index: int) -> float:
        """Return a sampled number that varies the scene, clamped to ±1.5."""
        return min(max(self.details[index], -1.5), 1.5)

    def lit(self, color: Rgb) -> Rgb:
        """Tint a color for the current light."""
        shade, share = SHADES[self.light]
        return blend(color, shade, share)

    def sky(self, bottom: float = 1.0, clouds: int = 2) -> None:
        """Draw the sky with its sun, moon, stars or clouds."""
        brush, side = self.brush, 0.5 + 0.24 * self.detail(1)
        brush.gradient(SKIES[self.light], 0, bottom)
        if self.light == "night":
            brush.stars(46, bottom * 0.9)
            x = 0.8 if side > 0.5 else 0.2
            brush.halo(x, 0.16, 0.2, (190, 200, 255))
            brush.disc(x, 0.16, 0.065, (250, 244, 214))
        elif self.light == "sunset":
            brush.halo(side, bottom * 0.8, 0.42, (255, 236, 170))
            brush.disc(side, bottom * 0.82, 0.11, (255, 240, 186))
        else:
            x = 0.86 if side > 0.5 else 0.14
            brush.halo(x, 0.13, 0.22, (255, 248, 200))
            brush.disc(x, 0.13, 0.07, (255, 226, 90))
            for index in range(clouds):
                x = (0.28 + 0.44 * index + 0.12 * self.detail(2 + index)) % 1
                brush.cloud(x, 0.14 + 0.07 * index, 0.085, WHITE)


def _plain(b: Backdrop) -> None:
    if b.light == "day":
        hue = (0.55 + 0.33 * b.detail(0)) % 1
        pale = [round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.965, 0.75)]
        deep = [round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.885, 0.62)]
        b.brush.glow((pale[0], pale[1], pale[2]), (deep[0], deep[1], deep[2]))
        return
    b.sky()
    b.brush.hills(0.86, 0.025, 1.1, b.detail(3), b.lit((70, 108, 84)))


def _solid(b: Backdrop) -> None:
    color = middle(b.color) if b.color != "none" else middle("gray")
    b.brush.glow(blend(color, WHITE, 0.07), blend(color, (0, 0, 0), 0.08))


def _beach(b: Backdrop) -> None:
    horizon = 0.52 + 0.04 * b.detail(3)
    b.sky(horizon)
    b.brush.gradient((b.lit((20, 132, 190)), b.lit((64, 196, 214))), horizon, 0.76)
    b.brush.hills(0.735, 0.016, 1.4, b.detail(4), b.lit((226, 248, 246)))
    b.brush.hills(0.755, 0.016, 1.4, b.detail(4), b.lit((240, 210, 146)))
    b.brush.hills(0.89, 0.02, 0.9, 2 + b.detail(5), b.lit((228, 192, 122)))


def _ocean(b: Backdrop) -> None:
    horizon = 0.5 + 0.04 * b.detail(3)
    b.sky(horizon + 0.02)
    colors: list[Rgb] = [(30, 136, 204), (24, 118, 190), (18, 100, 174), (12, 82, 156)]
    for row, color in enumerate(colors):
        y = horizon + (1 - horizon) * row / 4.2
        b.brush.hills(y, 0.012 + 0.004 * row, 4 - 0.5 * row, row * 1.9 + b.detail(4), b.lit(color))


def _underwater(b: Backdrop) -> None:
    b.brush.gradient([b.lit(c) for c in ((84, 204, 236), (26, 134, 206), (10, 70, 150))])
    for index in range(3):
        x = 0.2 + 0.3 * index + 0.06 * b.detail(index)
        shape = [(x - 0.03, 0.0), (x + 0.07, 0.0), (x + 0.16, 0.9), (x - 0.02, 0.9)]
        b.brush.shape(shape, b.lit((70, 176, 224) if index % 2 else (56, 164, 218)))
    b.brush.soften(0.03)
    for index in range(7):
        x, top = float(b.random.random()), 0.7 + 0.14 * float(b.random.random())
        bend = 0.02 * b.detail(3)
        blade = [(x - 0.012, 1.0), (x + bend, top), (x + 0.012, 1.0)]
        b.brush.shape(blade, b.lit((22, 120, 120) if index % 2 else (30, 142, 116)))
    b.brush.hills(0.94, 0.015, 1.2, b.detail(4), b.lit((44, 124, 166)))
    for _ in range(12):
        x, y, size = (float(v) for v in b.random.random(3))
        b.brush.disc(x, y * 0.85, 0.006 + 0.014 * size, b.lit((170, 226, 246)))


def _space(b: Backdrop) -> None:
    b.brush.gradient(((10, 8, 34), (26, 16, 66), (12, 10, 40)))
    for index, color in enumerate(((70, 34, 120), (24, 50, 116), (96, 34, 100))):
        x, y = 0.5 + 0.3 * b.detail(index), 0.5 + 0.3 * b.detail(index + 1)
        b.brush.halo(x, y, 0.36, color)
    b.brush.stars(70)
    x = 0.13 if b.detail(4) < 0 else 0.87
    b.brush.disc(x, 0.84, 0.07, (124, 92, 190))
    b.brush.disc(x - 0.015, 0.83, 0.045, (150, 118, 214))


def _meadow(b: Backdrop) -> None:
    b.sky(0.68)
    b.brush.hills(0.6 + 0.02 * b.detail(3), 0.04, 0.8, b.detail(4), b.lit((150, 206, 110)))
    b.brush.hills(0.7, 0.03, 0.6, 2 + b.detail(5), b.lit((112, 188, 84)))
    b.brush.hills(0.84, 0.02, 0.9, 4 + b.detail(5), b.lit((84, 166, 70)))
    for _ in range(14):
        x, y = (float(v) for v in b.random.random(2))
        petal: Rgb = (255, 246, 250) if x * 10 % 1 < 0.5 else (255, 220, 90)
        b.brush.disc(x, 0.78 + 0.2 * y, 0.009, b.lit(petal))


def _forest(b: Backdrop) -> None:
    b.sky(0.7, clouds=0)
    b.brush.hills(0.5, 0.03, 1.0, b.detail(3), b.lit((108, 170, 120)))
    for row, (base, size, color) in enumerate(
        ((0.7, 0.42, (70, 144, 92)), (0.8, 0.56, (44, 118, 72)))
    ):
        b.brush.hills(base - 0.02, 0.01, 1.3, row, b.lit(color))
        count = 9 if row == 0 else 6
        for index in range(count):
            x = (index + 0.5 + 0.3 * float(b.random.random())) / count
            if row and 0.3 < x < 0.7:
                continue
            tall = size * (0.85 + 0.3 * float(b.random.random()))
            b.brush.pine(x, base + 0.01, tall, b.lit(color), b.lit((104, 72, 50)))
    b.brush.hills(0.8, 0.012, 0.9, b.detail(4), b.lit((96, 160, 72)))


def _mountains(b: Backdrop) -> None:
    b.sky(0.75)
    peaks = ((0.2, 0.26, 0.36), (0.8, 0.2, 0.4), (0.5, 0.34, 0.34))
    for center, top, half in peaks:
        x = center + 0.04 * b.detail(3)
        b.brush.shape([(x - half, 0.78), (x, top), (x + half, 0.78)], b.lit((116, 130, 160)))
        b.brush.shape([(x, top), (x + half, 0.78), (x + 0.05, 0.78)], b.lit((94, 108, 140)))
        cap = [(x, top), (x - half * 0.24, top + 0.12), (x - half * 0.08, top + 0.1)]
        cap += [(x + half * 0.06, top + 0.14), (x + half * 0.24, top + 0.12)]
        b.brush.shape(cap, b.lit((246, 250, 255)))
    b.brush.hills(0.74, 0.02, 0.8, b.detail(4), b.lit((126, 178, 100)))
    b.brush.hills(0.86, 0.02, 0.7, 2 + b.detail(4), b.lit((98, 156, 84)))


def _desert(b: Backdrop) -> None:
    b.sky(0.7, clouds=0)
    b.brush.hills(0.6, 0.04, 0.9, b.detail(3), b.lit((246, 206, 134)))
    b.brush.hills(0.72, 0.035, 0.7, 2 + b.detail(4), b.lit((236, 182, 104)))
    b.brush.hills(0.86, 0.025, 0.8, 4 + b.detail(5), b.lit((222, 160, 84)))


def _snow(b: Backdrop) -> None:
    b.sky(0.72)
    b.brush.hills(0.6, 0.03, 0.9, b.detail(3), b.lit((214, 228, 244)))
    for index in range(7):
        x = (index + 0.3 + 0.4 * float(b.random.random())) / 7
        b.brush.pine(x, 0.69, 0.2, b.lit((92, 138, 134)), b.lit((104, 80, 66)))
    b.brush.hills(0.68, 0.02, 0.7, 2 + b.detail(4), b.lit((232, 240, 250)))
    b.brush.hills(0.82, 0.02, 0.8, 4 + b.detail(4), b.lit((248, 251, 255)))


def _city(b: Backdrop) -> None:
    b.sky(0.8, clouds=1)
    window = (255, 214, 120) if b.light == "night" else b.lit((206, 226, 240))
    x = -0.02
    while x < 1:
        wide = 0.09 + 0.07 * float(b.random.random())
        top = 0.22 + 0.34 * float(b.random.random())
        tone = blend((96, 112, 142), (146, 158, 180), float(b.random.random()))
        b.brush.box(x, top, x + wide, 0.82, b.lit(tone))
        for row in np.arange(top + 0.03, 0.76, 0.055):
            for column in (0.2, 0.6):
                if b.random.random() < 0.75:
                    left = x + column * wide
                    b.brush.box(left, float(row), left + 0.2 * wide, float(row) + 0.026, window)
        x += wide + 0.012
    b.brush.box(0, 0.8, 1, 0.84, b.lit((176, 180, 188)))
    b.brush.box(0, 0.835, 1, 1, b.lit((96, 100, 110)))
    for left in (0.04, 0.3, 0.56, 0.82):
        b.brush.box(left, 0.955, left + 0.14, 0.97, b.lit((226, 226, 220)))


def _sky(b: Backdrop) -> None:
    b.sky(clouds=0)
    light = {"day": WHITE, "sunset": (255, 214, 196), "night": (70, 84, 136)}[b.light]
    for index, (x, y, size) in enumerate(
        (
            (0.16, 0.3, 0.1),
            (0.82, 0.24, 0.12),
            (0.12, 0.78, 0.14),
            (0.86, 0.84, 0.16),
            (0.5, 0.93, 0.12),
        )
    ):
        b.brush.cloud(x + 0.03 * b.detail(2 + index % 4), y, size, light)


def _room(b: Backdrop) -> None:
    hue = (0.1 + 0.3 * b.detail(0)) % 1
    wall = [round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.87, 0.4)]
    b.brush.box(0, 0, 1, 1, b.lit((wall[0], wall[1], wall[2])))
    x = 0.2 if b.detail(1) < 0 else 0.8
    b.brush.box(x - 0.13, 0.1, x + 0.13, 0.44, b.lit((250, 250, 246)))
    for column in (-0.115, 0.01):
        for row in (0.115, 0.28):
            glass = SKIES[b.light][1]
            b.brush.box(x + column, row, x + column + 0.105, row + 0.145, glass)
    b.brush.box(0, 0.72, 1, 0.75, b.lit((250, 248, 242)))
    b.brush.box(0, 0.75, 1, 1, b.lit((206, 158, 110)))
    for row in (0.81, 0.88, 0.95):
        b.brush.box(0, row, 1, row + 0.006, b.lit((180, 132, 88)))


DRAW: Final[dict[str, Callable[[Backdrop], None]]] = {
    "plain": _plain, "solid": _solid, "beach": _beach, "ocean": _ocean, "space": _space,
    "underwater": _underwater, "meadow": _meadow, "forest": _forest, "mountains": _mountains,
    "desert": _desert, "snow": _snow, "city": _city, "sky": _sky, "room": _room,
}  # fmt: skip


def draw_backdrop(scene: Scene, width: int, height: int) -> Image.Image:
    """Draw the scene's place as an RGB image of the given size."""
    backdrop = Backdrop(scene, width, height)
    DRAW[scene.choice["place"]](backdrop)
    return backdrop.brush.finish()
