"""What every edit gives to the sampler and takes from it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from PIL import Image

from genai_studio.inference.pipelines.builtin.model.ddim import Sample
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose
from genai_studio.inference.pipelines.builtin.scene.layers import Floats


class Edit(ABC):
    """One edit of a source image.

    Attributes:
        layers: Encoded layers of the source, from which the sampler starts.
        strength: How much changes, 0…1.
    """

    def __init__(self, encoded: Sample, strength: float) -> None:
        self.layers = encoded
        self.strength = strength

    @abstractmethod
    def adopt(self, sample: Sample, prompt: Floats) -> Sample:
        """Return a sample with what stays of the source.

        Args:
            sample: Sampled layers.
            prompt: Scene vector that the prompt alone gives.
        """

    @abstractmethod
    def draw(self, sample: Sample, drawer: SpriteDrawer) -> Image.Image:
        """Draw the edited image at the source's size from sampled layers."""


def shown_sprites(sample: Sample, drawer: SpriteDrawer) -> tuple[layers.Scene, Floats]:
    """Return the scene of a sample and its one or two drawn sprites."""
    scene = layers.from_vector(sample.scene)
    shown = 2 if scene.choice["second"] == "present" else 1
    return scene, drawer.draw(sample.sprites[:shown])


def composed(sample: Sample, drawer: SpriteDrawer, width: int, height: int) -> Image.Image:
    """Draw all layers of a sample."""
    scene, sprites = shown_sprites(sample, drawer)
    return compose(scene, sprites[0], sprites[-1], width, height)
