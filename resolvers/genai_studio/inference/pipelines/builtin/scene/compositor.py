"""Compose an image of any size from its layers.

Order: backdrop, shadows, second sprite, first sprite and its copies, weather, finish.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from genai_studio.inference.pipelines.builtin.scene import finishes
from genai_studio.inference.pipelines.builtin.scene.backdrops import GROUNDED, draw_backdrop
from genai_studio.inference.pipelines.builtin.scene.layers import Floats, Placement, Scene
from genai_studio.inference.pipelines.builtin.scene.recolor import recolor
from genai_studio.inference.pipelines.builtin.scene.weather import add_weather

SHADOW: Final = {"plain": 46, "solid": 46}
GROUND_SHADOW: Final = 88
COPIES_SHRINK: Final = {1: 1.0, 2: 0.68, 3: 0.5}
STANDING: Final = 0.92
"""Lower edge of a standing sprite's square, in image heights from the top."""
SQUARE_MARGIN: Final = 0.04
ALPHA_NOISE: Final = 0.06
"""Alpha below this value is noise of the sprite decoder and is removed."""


def _cleaned(sprite: Floats) -> Floats:
    """Remove faint alpha and limit the premultiplied color to it."""
    alpha = np.clip(sprite[..., 3:], 0, 1)
    clean = np.clip((alpha - ALPHA_NOISE) / (0.94 - ALPHA_NOISE), 0, 1)
    color = np.clip(sprite[..., :3] / np.maximum(alpha, 1e-3), 0, 1) * clean
    return np.concatenate([color, clean], -1).astype(np.float32)


def _prepared(sprite: Floats, scene: Scene, which: str) -> Floats:
    """Apply the scene's color, direction and finish to a sprite."""
    sprite = recolor(_cleaned(sprite), scene.choice[f"{which} color"])
    if scene.choice[f"{which} mirrored"] == "yes":
        sprite = sprite[:, ::-1]
    if scene.choice["finish"] == "silhouette":
        sprite = finishes.silhouette(sprite)
    if scene.choice["finish"] == "sticker":
        sprite = finishes.sticker(sprite)
    return sprite


def _scaled_and_rotated(sprite: Floats, side: int, tilt: float) -> Image.Image:
    """Scale a sprite to the given side in pixels and rotate it by `tilt` degrees."""
    data = np.ascontiguousarray((np.clip(sprite, 0, 1) * 255).round().astype(np.uint8))
    image = Image.frombytes("RGBa", (sprite.shape[1], sprite.shape[0]), data.tobytes())
    image = image.resize((side, side), Image.Resampling.BICUBIC)
    if abs(tilt) < 0.5:
        return image
    return image.rotate(tilt, Image.Resampling.BICUBIC, expand=True)


def _copies(placement: Placement, count: int, width: int, unit: int) -> list[Placement]:
    """Return the placements of `count` copies side by side on the same ground."""
    size = placement.size * COPIES_SHRINK[count]
    step = size * 1.04 * unit / width
    lower = placement.y + (placement.size - size) / 2 if count > 1 else placement.y
    first = placement.x - step * (count - 1) / 2
    return [
        replace(placement, x=first + index * step, y=lower, size=size) for index in range(count)
    ]


class _Canvas:
    """Canvas of floats 0…1."""

    def __init__(self, scene: Scene, width: int, height: int) -> None:
        self.scene, self.width, self.height = scene, width, height
        self.unit = min(width, height)
        self.place = scene.choice["place"]
        # The plain backdrop has a horizon at sunset and at night.
        dusk = self.place == "plain" and scene.choice["light"] != "day"
        self.grounded = dusk or self.place in GROUNDED
        self.backdrop = np.asarray(draw_backdrop(scene, width, height), np.float32) / 255
        self.pixels = self.backdrop.copy()

    def add(self, sprite: Floats, placement: Placement) -> None:
        """Draw a sprite and its shadow."""
        side = max(8, round(placement.size * self.unit))
        image = _scaled_and_rotated(sprite, side, placement.tilt)
        # Layouts are trained on squares: scale distances from the center by the shorter side.
        across = self.unit / self.width if self.width > 2 * self.height else 1.0
        left = round((0.5 + (placement.x - 0.5) * across) * self.width - image.width / 2)
        if self.grounded:
            top = self._standing(image, placement, side)
        else:
            down = self.unit / self.height
            center = (0.5 + (placement.y - 0.5) * down) * self.height
            top = round(center - image.height / 2)
        full = Image.new("RGBa", (self.width, self.height))
        full.paste(image, (left, top))
        layer = np.asarray(full, np.float32) / 255
        if self.place == "ocean":
            layer = layer * self._above_water(layer[..., 3], side)
        elif self.grounded or self.place in SHADOW:
            self._shadow(layer[..., 3], side)
        self.pixels = self.pixels * (1 - layer[..., 3:]) + layer[..., :3]

    def _standing(self, image: Image.Image, placement: Placement, side: int) -> int:
        """Return the top of an image whose visible part stands on the ground."""
        height = placement.y
        if self.place == "plain":
            height = 0.9 - placement.size / 2
        from_ground = (0.9 - height) * self.unit
        square = (STANDING * self.height - from_ground) + side * (0.5 - SQUARE_MARGIN)
        visible = image.getchannel("a").point(lambda value: 255 if value > 128 else 0).getbbox()
        return round(square - (visible[3] if visible else image.height))

    def _above_water(self, alpha: Floats, side: int) -> Floats:
        """Return a mask of a floating sprite: 1 above a wavy waterline, 0 below it."""
        visible = np.flatnonzero(alpha.max(1) > 0.5)
        bottom = int(visible[-1]) if len(visible) else self.height
        columns = np.arange(self.width)
        wave = np.sin(columns / self.unit * 26 + self.scene.details[4]) * 0.012 * self.unit
        line = bottom - 0.14 * side + wave
        rows = np.arange(self.height)[:, None]
        return np.clip(line[None] - rows, 0, 1)[..., None].astype(np.float32)

    def _shadow(self, alpha: Floats, side: int) -> None:
        rows = np.flatnonzero(alpha.max(1) > 0.5)
        columns = np.flatnonzero(alpha.max(0) > 0.5)
        if not len(rows) or not len(columns):
            return
        base, wide = int(rows[-1]), len(columns) * 0.42
        middle = float(columns[0] + columns[-1]) / 2
        tall = 0.045 * side
        mask = Image.new("L", (self.width, self.height))
        box = (middle - wide, base - tall, middle + wide, base + tall)
        strength = SHADOW.get(self.place, GROUND_SHADOW)
        ImageDraw.Draw(mask).ellipse(box, fill=strength)
        mask = mask.filter(ImageFilter.GaussianBlur(0.02 * side))
        self.pixels *= 1 - np.asarray(mask, np.float32)[..., None] / 255


def compose(scene: Scene, first: Floats, second: Floats, width: int, height: int) -> Image.Image:
    """Compose the finished RGB image.

    Args:
        scene: Choices and placements.
        first: First sprite as premultiplied RGBA, S×S×4 in 0…1.
        second: Second sprite, same format. Ignored if the scene has only one.
        width: Width in pixels.
        height: Height in pixels.
    """
    canvas = _Canvas(scene, width, height)
    if scene.choice["second"] == "present":
        canvas.add(_prepared(second, scene, "second"), scene.second)
    copies = int(scene.choice["copies"]) if scene.choice["second"] == "absent" else 1
    sprite = _prepared(first, scene, "first")
    for placement in _copies(scene.first, copies, width, canvas.unit):
        canvas.add(sprite, placement)
    drawn = Image.fromarray((np.clip(canvas.pixels, 0, 1) * 255).round().astype(np.uint8))
    return finishes.finish(add_weather(drawn, scene), scene.choice["finish"])
