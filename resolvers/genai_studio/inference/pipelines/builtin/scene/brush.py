"""Drawing primitives for the backdrops: gradients, hills, clouds, stars, trees.

A `Brush` draws on a canvas of `OVERSAMPLING` times the image's size, which smooths
edges. Coordinates are relative: 0…1 from the top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from genai_studio.inference.pipelines.builtin.scene.palette import Rgb

OVERSAMPLING: Final = 2


def blend(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Mix two colors; `share` (0…1) is the weight of the second."""
    mixed = [round(a + (b - a) * share) for a, b in zip(first, second, strict=True)]
    return mixed[0], mixed[1], mixed[2]


class Brush:
    """Draws one backdrop.

    Args:
        width: Width of the finished image in pixels.
        height: Height of the finished image in pixels.
        random: Source of small variations.
    """

    def __init__(self, width: int, height: int, random: np.random.Generator) -> None:
        self.width, self.height = width * OVERSAMPLING, height * OVERSAMPLING
        self.unit = min(self.width, self.height)
        self.random = random
        self.canvas = Image.new("RGB", (self.width, self.height))
        self._draw = ImageDraw.Draw(self.canvas)

    def finish(self) -> Image.Image:
        """Return the backdrop at the image's size."""
        return self.canvas.reduce(OVERSAMPLING)

    def gradient(self, colors: Sequence[Rgb], top: float = 0.0, bottom: float = 1.0) -> None:
        """Draw a vertical gradient through the colors."""
        first, last = round(top * self.height), round(bottom * self.height)
        if last <= first:
            return
        places = np.linspace(0, 1, last - first)
        stops = np.linspace(0, 1, len(colors))
        channels = [np.interp(places, stops, [c[i] for c in colors]) for i in range(3)]
        column = np.stack(channels, 1).round().astype(np.uint8)[:, None]
        strip = Image.fromarray(column).resize((self.width, last - first))
        self.canvas.paste(strip, (0, first))

    def glow(self, inner: Rgb, outer: Rgb, x: float = 0.5, y: float = 0.45) -> None:
        """Draw a radial gradient over the whole canvas."""
        side = 64
        rows, columns = np.mgrid[0:side, 0:side] / (side - 1)
        distance = np.clip(np.hypot(columns - x, rows - y) / 0.75, 0, 1)[..., None]
        mixed = np.array(inner) + (np.array(outer) - np.array(inner)) * distance
        small = Image.fromarray(mixed.round().astype(np.uint8))
        size = (self.width, self.height)
        self.canvas.paste(small.resize(size, Image.Resampling.BICUBIC))

    def disc(self, x: float, y: float, radius: float, color: Rgb) -> None:
        """Draw a disc. The radius is relative to the shorter side."""
        center_x, center_y, r = x * self.width, y * self.height, radius * self.unit
        box = (center_x - r, center_y - r, center_x + r, center_y + r)
        self._draw.ellipse(box, fill=color)

    def box(self, left: float, top: float, right: float, bottom: float, color: Rgb) -> None:
        """Draw a rectangle."""
        corners = (left * self.width, top * self.height, right * self.width, bottom * self.height)
        self._draw.rectangle(corners, fill=color)

    def shape(self, points: Sequence[tuple[float, float]], color: Rgb) -> None:
        """Draw a filled polygon."""
        self._draw.polygon([(x * self.width, y * self.height) for x, y in points], fill=color)

    def halo(self, x: float, y: float, radius: float, color: Rgb) -> None:
        """Draw a soft glow around a sun or a moon."""
        mask = Image.new("L", (64, 64))
        rows, columns = np.mgrid[0:64, 0:64] - 31.5
        strength = np.clip(1 - np.hypot(columns, rows) / 31.5, 0, 1) ** 2 * 150
        mask = Image.fromarray(strength.astype(np.uint8))
        side = max(2, round(2 * radius * self.unit))
        at = (round(x * self.width) - side // 2, round(y * self.height) - side // 2)
        self.canvas.paste(Image.new("RGB", (side, side), color), at, mask.resize((side, side)))

    def hills(self, y: float, rise: float, waves: float, phase: float, color: Rgb) -> None:
        """Draw ground whose upper edge is a sum of two sines."""
        xs = np.linspace(0, 1, 65)
        edge = np.sin(xs * waves * 2 * np.pi + phase) + 0.4 * np.sin(xs * waves * 4.6 * np.pi)
        points = [(float(x), float(y - rise * e)) for x, e in zip(xs, edge, strict=True)]
        self.shape([(0.0, 1.01), *points, (1.0, 1.01)], color)

    def stars(self, count: int, bottom: float = 1.0) -> None:
        """Draw small stars of several sizes down to `bottom`."""
        for _ in range(count):
            x, y, size = self.random.random(3)
            bright = blend((150, 170, 230), (255, 255, 245), float(self.random.random()))
            radius = 0.0025 + 0.0045 * float(size) ** 3
            self.disc(float(x), float(y) * bottom, radius, bright)

    def cloud(self, x: float, y: float, size: float, color: Rgb) -> None:
        """Draw a cloud of discs on a flat base."""
        wide = self.unit / self.width
        tall = self.unit / self.height
        for dx, dy, radius in (
            (-0.9, 0.0, 0.42),
            (-0.35, -0.3, 0.55),
            (0.3, -0.22, 0.5),
            (0.9, 0.02, 0.38),
        ):
            self.disc(x + dx * size * wide, y + dy * size * tall, radius * size, color)
        left, right = x - 0.95 * size * wide, x + 0.95 * size * wide
        self.box(left, y, right, y + 0.4 * size * tall, color)

    def pine(self, x: float, base: float, size: float, color: Rgb, trunk: Rgb) -> None:
        """Draw a conifer of three triangles and a trunk."""
        wide, tall = size * self.unit / self.width, size * self.unit / self.height
        self.box(x - 0.06 * wide, base - 0.2 * tall, x + 0.06 * wide, base, trunk)
        for level in range(3):
            bottom = base - (0.14 + 0.24 * level) * tall
            half = (0.36 - 0.08 * level) * wide
            peak = bottom - 0.42 * tall
            self.shape([(x - half, bottom), (x + half, bottom), (x, peak)], color)

    def soften(self, radius: float) -> None:
        """Blur the canvas. The radius is relative to the shorter side."""
        blur = ImageFilter.GaussianBlur(radius * self.unit)
        self.canvas.paste(self.canvas.filter(blur))
