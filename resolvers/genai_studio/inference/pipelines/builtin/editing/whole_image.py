"""Image-to-image: keep the pixels of the source that the edit does not change.

The edit happens in the layers. The encoded source is never exactly the source, so a small
change is transferred as a difference: where the edited layers draw what the encoded layers
draw, the source's pixels stay.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.editing.edit import Edit, composed
from genai_studio.inference.pipelines.builtin.editing.fill import blurred
from genai_studio.inference.pipelines.builtin.editing.setting import with_setting
from genai_studio.inference.pipelines.builtin.model.ddim import Sample
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

ALL, NONE = 0.25, 0.6
"""Up to the first strength, all that is left of the source stays; from the second, nothing."""
SAME, DIFFERENT = 0.02, 0.1
"""Differences of pixels (0…1) that count as no change and as a change."""
FORGOTTEN: Final = 0.95
"""From this strength, nothing of the source's setting stays."""
KEPT_DETAILS: Final = 0.5
"""Below this strength, the fine details of the backdrop stay those of the source."""


def kept_share(strength: float) -> float:
    """Return how much of the source's own pixels an edit of a strength keeps, 0…1."""
    return float(np.clip((NONE - strength) / (NONE - ALL), 0, 1))


def with_kept_details(edited: Sample, encoded: Sample, strength: float) -> Sample:
    """Return the edited layers with the source's details, if the strength is low.

    The details also seed what is scattered at random, such as stars: a slight change of them
    scatters everything anew.
    """
    if strength >= KEPT_DETAILS:
        return edited
    scene = edited.scene.copy()
    scene[-layers.DETAILS :] = encoded.scene[-layers.DETAILS :]
    return Sample(edited.sprites, scene)


def transferred(
    source: Image.Image, encoded: Image.Image, edited: Image.Image, strength: float
) -> Image.Image:
    """Transfer the difference between two drawings to the source.

    Args:
        source: The source.
        encoded: What the source's layers draw.
        edited: What the edited layers draw.
        strength: Strength of the edit.
    """
    share = kept_share(strength)
    if share == 0:
        return edited
    original, before, after = (_floats(image) for image in (source, encoded, edited))
    change = np.abs(after - before).max(-1)
    wide = blurred(change, max(2.0, min(source.size) / 48))
    changed = np.clip((np.maximum(change, wide) - SAME) / (DIFFERENT - SAME), 0, 1)[..., None]
    pixels = after + share * (1 - changed) * (original - before)
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8))


class WholeImageEdit(Edit):
    """Image-to-image.

    Args:
        image: The source, RGB.
        strength: How much changes, 0…1.
        encoder: Encodes the source.
    """

    def __init__(self, image: Image.Image, strength: float, encoder: Encoder) -> None:
        super().__init__(encoder.encode(image), strength)
        self._image = image

    def adopt(self, sample: Sample, prompt: Floats) -> Sample:
        """Return the sample with the setting and the details that stay."""
        if self.strength >= FORGOTTEN:
            return sample
        settled = with_setting(sample, self.layers, prompt, self.strength)
        return with_kept_details(settled, self.layers, self.strength)

    def draw(self, sample: Sample, drawer: SpriteDrawer) -> Image.Image:
        """Draw the edited layers and keep what is left of the source."""
        width, height = self._image.size
        edited = composed(sample, drawer, width, height)
        if kept_share(self.strength) == 0:
            return edited
        encoded = composed(self.layers, drawer, width, height)
        return transferred(self._image, encoded, edited, self.strength)


def _floats(image: Image.Image) -> Floats:
    return np.asarray(image, np.float32) / 255
