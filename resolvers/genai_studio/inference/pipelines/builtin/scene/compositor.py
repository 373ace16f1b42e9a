"""Compose an image of any size from its layers.

Order: backdrop, shadows, second sprite, first sprite and its copies, weather, finish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def cleaned(sprite: Floats) -> Floats:
    """Remove faint alpha and limit the premultiplied color to it."""
    alpha = np.clip(sprite[..., 3:], 0, 1)
    clean = np.clip((alpha - ALPHA_NOISE) / (0.94 - ALPHA_NOISE), 0, 1)
    color = np.clip(sprite[..., :3] / np.maximum(alpha, 1e-3), 0, 1) * clean
    return np.concatenate([color, clean], -1).astype(np.float32)


def prepared(sprite: Floats, scene: Scene, which: str) -> Floats:
    """Apply the scene's color, direction and finish to a sprite."""
    sprite = recolor(cleaned(sprite), scene.choice[f"{which} color"])
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


@dataclass(frozen=True, slots=True)
class Box:
    """The square of a drawn sprite in pixels, before its rotation.

    Attributes:
        x: Center from the left.
        y: Center from the top.
        side: Side of the square.
    """

    x: float
    y: float
    side: int


def sprite_boxes(scene: Scene, width: int, height: int, heights: Sequence[float]) -> list[Box]:
    """Return the squares of a scene's sprites, the first copy of the first sprite first.

    Args:
        scene: Choices and placements.
        width: Width of the image in pixels.
        height: Height of the image in pixels.
        heights: Center of each sprite in pixels from the top. A placement does not say it for
            sprites that stand on the ground.
    """
    unit = min(width, height)
    two = scene.choice["second"] == "present"
    copies = 1 if two else int(scene.choice["copies"])
    placements = [_copies(scene.first, copies, width, unit)[0], scene.second]
    return [
        Box(_across(placement.x, width, height), y, max(8, round(placement.size * unit)))
        for placement, y in zip(placements[: 2 if two else 1], heights, strict=False)
    ]


def _across(x: float, width: int, height: int) -> float:
    """Return the center of a sprite in pixels from the left.

    Layouts are trained on squares: distances from the center of a very wide image are scaled by
    the shorter side.
    """
    share = min(width, height) / width if width > 2 * height else 1.0
    return (0.5 + (x - 0.5) * share) * width


class Canvas:
    """Draws the sprites of a scene on its backdrop, as floats 0…1.

    Args:
        scene: Choices and placements.
        width: Width in pixels.
        height: Height in pixels.
        backdrop: Backdrop to draw on, H×W×3 in 0…1. By default, that of the scene.
    """

    def __init__(
        self, scene: Scene, width: int, height: int, backdrop: Floats | None = None
    ) -> None:
        self.scene, self.width, self.height = scene, width, height
        self.unit = min(width, height)
        self.place = scene.choice["place"]
        # The plain backdrop has a horizon at sunset and at night.
        dusk = self.place == "plain" and scene.choice["light"] != "day"
        self.grounded = dusk or self.place in GROUNDED
        if backdrop is None:
            backdrop = np.asarray(draw_backdrop(scene, width, height), np.float32) / 255
        self.pixels = backdrop.copy()

    def add(self, sprite: Floats, placement: Placement) -> Box:
        """Draw a sprite and its shadow. Returns where the sprite is."""
        side = max(8, round(placement.size * self.unit))
        image = _scaled_and_rotated(sprite, side, placement.tilt)
        left = round(_across(placement.x, self.width, self.height) - image.width / 2)
        if self.grounded:
            top = self._standing(image, placement, side)
        else:
            down = self.unit / self.height
            center = (0.5 + (placement.y - 0.5) * down) * self.height
            top = round(center - image.height / 2)
        return self._paste(image, left, top, side)

    def add_at(self, sprite: Floats, box: Box, tilt: float) -> None:
        """Draw a sprite and its shadow in a box, wherever the ground is."""
        image = _scaled_and_rotated(sprite, box.side, tilt)
        left, top = round(box.x - image.width / 2), round(box.y - image.height / 2)
        self._paste(image, left, top, box.side)

    def _paste(self, image: Image.Image, left: int, top: int, side: int) -> Box:
        full = Image.new("RGBa", (self.width, self.height))
        full.paste(image, (left, top))
        layer = np.asarray(full, np.float32) / 255
        if self.place == "ocean":
            layer = layer * self._above_water(layer[..., 3], side)
        elif self.grounded or self.place in SHADOW:
            self._shadow(layer[..., 3], side)
        self.pixels = self.pixels * (1 - layer[..., 3:]) + layer[..., :3]
        return Box(left + image.width / 2, top + image.height / 2, side)

    def draw(self, first: Floats, second: Floats) -> list[Box]:
        """Draw the scene's sprites and copies. Returns where they are, the first sprite first."""
        scene, boxes = self.scene, []
        if scene.choice["second"] == "present":
            boxes.append(self.add(prepared(second, scene, "second"), scene.second))
        copies = int(scene.choice["copies"]) if scene.choice["second"] == "absent" else 1
        sprite = prepared(first, scene, "first")
        placements = _copies(scene.first, copies, self.width, self.unit)
        return [self.add(sprite, placement) for placement in placements] + boxes

    def finished(self) -> Image.Image:
        """Return the image with weather and finish."""
        pixels = (np.clip(self.pixels, 0, 1) * 255).round().astype(np.uint8)
        drawn = add_weather(Image.fromarray(pixels), self.scene)
        return finishes.finish(drawn, self.scene.choice["finish"])

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
    canvas = Canvas(scene, width, height)
    canvas.draw(first, second)
    return canvas.finished()
