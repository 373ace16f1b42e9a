"""Inpainting: draw what the prompt asks for into the masked region of an image.

The model draws layers, so the region gets a backdrop that continues the image around it, and
the prompt's objects, fitted into the region. Where the encoder recognizes the scene, the
backdrop is the model's own, corrected by how it differs from the source around the region.
Elsewhere it is a smooth continuation of the source.
"""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.editing.edit import Edit, shown_sprites
from genai_studio.inference.pipelines.builtin.editing.fill import blurred, filled
from genai_studio.inference.pipelines.builtin.editing.mask_shape import MaskShape
from genai_studio.inference.pipelines.builtin.editing.setting import with_setting
from genai_studio.inference.pipelines.builtin.editing.whole_image import kept_share, transferred
from genai_studio.inference.pipelines.builtin.model.ddim import Sample
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.scene import finishes, layers
from genai_studio.inference.pipelines.builtin.scene.backdrops import draw_backdrop
from genai_studio.inference.pipelines.builtin.scene.compositor import Box, Canvas, prepared
from genai_studio.inference.pipelines.builtin.scene.layers import Floats, Placement

FROM_AROUND: Final = ("background color", "place", "light", "weather", "finish")
"""Categories that the region takes from the image around it."""
NEAR: Final = 0.08
"""Width of the ring around the region that is compared, relative to the shorter side."""
TRUSTED, UNTRUSTED = 0.08, 0.2
"""Median difference in the ring up to which the model's backdrop is used, and from which not."""
OUTLIER: Final = 0.3
"""A larger difference is an object in front of the backdrop."""
ROOMY: Final = 1.3
"""An object fills its region more than it would fill a whole image."""


class RegionEdit(Edit):
    """Inpainting, and outpainting if the mask covers whole sides of the image.

    Outpainting continues the backdrop and draws no object.

    Args:
        image: The source, RGB.
        mask: Mask of the same size, mode "L"; white changes.
        strength: How much changes, 0…1.
        backdrop_only: Draw no object: the prompt is empty.
        encoder: Encodes the source.
    """

    def __init__(
        self,
        image: Image.Image,
        mask: Image.Image,
        strength: float,
        backdrop_only: bool,
        encoder: Encoder,
    ) -> None:
        self._source = image
        self._mask = np.asarray(mask, np.float32) / 255
        self._shape = MaskShape.of(self._mask)
        self._backdrop_only = backdrop_only or self._shape.extends
        smooth = self._continued()
        around = encoder.encode(_image(smooth), sprites=False)
        self._around = layers.from_vector(around.scene)
        self._backdrop = self._corrected(smooth)
        local = encoder.encode(image.crop(self._shape.box), sprites=strength < 1)
        scene = local.scene.copy()
        for name in FROM_AROUND:
            part = layers.choice_slice(name)
            scene[part] = around.scene[part]
        scene[-layers.DETAILS :] = around.scene[-layers.DETAILS :]
        super().__init__(Sample(local.sprites, scene), strength)

    def adopt(self, sample: Sample, prompt: Floats) -> Sample:
        """Return the sample with the setting of the image around, unless the prompt names one."""
        return with_setting(sample, self.layers, prompt, self.strength)

    def draw(self, sample: Sample, drawer: SpriteDrawer) -> Image.Image:
        """Draw the region and put it into the source. Unmasked pixels stay as they are."""
        region = self._drawn(sample, drawer)
        if not self._backdrop_only and kept_share(self.strength) > 0:
            before = self._drawn(self.layers, drawer)
            region = transferred(self._source, before, region, self.strength)
        return Image.composite(region, self._source, _gray(self._mask))

    def _continued(self) -> Floats:
        """Return the source with the region filled from around it."""
        source = np.asarray(self._source, np.float32) / 255
        known = (self._mask < 0.02).astype(np.float32)
        if self._shape.extends:
            left, top, right, bottom = self._shape.kept
            height, width = known.shape
            padding = ((top, height - bottom), (left, width - right), (0, 0))
            return np.pad(source[top:bottom, left:right], padding, mode="edge")
        return filled(source, known) if known.any() else np.full_like(source, 0.9)

    def _corrected(self, smooth: Floats) -> Floats:
        """Return the backdrop of the region: the model's own, if it fits the source."""
        choice = self._around.choice
        even = choice["place"] in ("solid", "space") or (
            choice["place"] == "plain" and choice["light"] == "day"
        )
        if self._shape.extends and not even:
            # The horizon of a larger canvas would not meet that of the source.
            return smooth
        height, width = self._mask.shape
        drawn = np.asarray(draw_backdrop(self._around, width, height), np.float32) / 255
        finish = self._around.choice["finish"]
        finished = np.asarray(finishes.finish(_image(drawn), finish), np.float32) / 255
        source = np.asarray(self._source, np.float32) / 255
        difference = source - finished
        far = np.abs(difference).max(-1)
        reach = max(2.0, NEAR * min(width, height))
        ring = (self._mask < 0.02) & (blurred(self._mask, reach) > 0.02)
        if not ring.any():
            return drawn
        error = float(np.median(far[ring]))
        trust = float(np.clip((UNTRUSTED - error) / (UNTRUSTED - TRUSTED), 0, 1))
        if trust == 0:
            return smooth
        known = ((self._mask < 0.02) & (far < OUTLIER)).astype(np.float32)
        if finish in ("none", "sticker", "silhouette") and known.any():
            drawn = np.clip(drawn + filled(difference, known), 0, 1)
        return np.asarray(drawn * trust + smooth * (1 - trust), np.float32)

    def _drawn(self, sample: Sample, drawer: SpriteDrawer) -> Image.Image:
        scene, sprites = shown_sprites(sample, drawer)
        wanted = dataclasses.replace(scene, details=self._around.details)
        height, width = self._mask.shape
        elsewhere = wanted.choice["place"], wanted.choice["light"]
        own = (self._around.choice["place"], self._around.choice["light"])
        continued = self._shape.extends or elsewhere == own
        canvas = Canvas(wanted, width, height, self._backdrop if continued else None)
        if not self._backdrop_only:
            for sprite, box, tilt in self._placed(wanted, sprites):
                canvas.add_at(sprite, box, tilt)
        return canvas.finished()

    def _placed(self, scene: layers.Scene, sprites: Floats) -> list[tuple[Floats, Box, float]]:
        """Return the sprites with their boxes and tilts, the rearmost first."""
        if scene.choice["second"] == "present":
            return [
                (prepared(sprite, scene, name), self._box(placement, 1.15), placement.tilt)
                for sprite, name, placement in (
                    (sprites[1], "second", scene.second),
                    (sprites[0], "first", scene.first),
                )
            ]
        copies = int(scene.choice["copies"])
        sprite = prepared(sprites[0], scene, "first")
        if copies == 1:
            return [(sprite, self._box(scene.first, ROOMY), scene.first.tilt)]
        left, top, right, bottom = self._shape.box
        step = (right - left) / copies
        side = max(8, round(0.95 * min(step, bottom - top)))
        return [
            (sprite, Box(left + (number + 0.5) * step, (top + bottom) / 2, side), scene.first.tilt)
            for number in range(copies)
        ]

    def _box(self, placement: Placement, room: float) -> Box:
        """Return where a placement, which is relative to the region, is in the image."""
        left, top, right, bottom = self._shape.box
        wide, tall = right - left, bottom - top
        room = 1 + (room - 1) * self.strength
        side = max(8, round(min(placement.size * room, 1.05) * min(wide, tall)))
        half = side * 0.46
        x = left + placement.x * wide
        y = top + (placement.y - 0.05 * self.strength) * tall
        return Box(_clamped(x, left + half, right - half), _clamped(y, top + half, bottom - half),
                   side)  # fmt: skip


def _clamped(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low > high else min(max(value, low), high)


def _image(pixels: Floats) -> Image.Image:
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))


def _gray(mask: Floats) -> Image.Image:
    return Image.fromarray((mask * 255).round().astype(np.uint8))
