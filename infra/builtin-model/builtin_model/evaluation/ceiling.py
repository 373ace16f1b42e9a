"""What a perfect model would score: the true drawings, composed as each prompt asks.

The scorer comes from other emoji families and fails on some Fluent drawings; this
figure says how often, so that the model's scores can be read against it.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose

from .. import concepts, drawings, sprite_planes
from .prompts import HeldOutPrompt


class TrueDrawings:
    """Composes the true Fluent drawings."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        codes = {c.label: c.code for c in concepts.load()}
        stored = {family: drawings.load(family) for family in drawings.MODEL_FAMILIES}
        self._rows = {
            (family, label): found.index(code)
            for family, (found, _) in stored.items()
            for label, code in codes.items()
            if code in found
        }
        self._pictures = {family: pictures for family, (_, pictures) in stored.items()}

    def sprite(self, family: str, label: str) -> np.ndarray:
        picture = self._pictures[family][self._rows[family, label]][None]
        return sprite_planes.premultiplied(picture, drawings.SIDE)[0].permute(1, 2, 0).numpy()

    def picture(self, prompt: HeldOutPrompt, family: str) -> Image.Image:
        """A 256×256 picture that shows what the prompt asks for."""
        choice = {name: options[0] for name, options in layers.CATEGORIES.items()}
        if prompt.colour:
            choice["first colour"] = prompt.colour
        if prompt.style:
            choice["finish"] = prompt.style
        if prompt.place.startswith("solid"):
            choice |= {"place": "solid", "background colour": prompt.place.split()[1]}
        elif prompt.place in layers.LIGHTS:
            choice["light"] = prompt.place
        elif prompt.place:
            choice["place"] = prompt.place
        details = tuple(float(d) for d in self._random.standard_normal(layers.DETAILS))
        sprites = [self.sprite(family, labels[0]) for labels in prompt.objects]
        first, second = layers.Placement(0.5, 0.55, 0.68, 0), layers.Placement(0.73, 0.6, 0.45, 0)
        if len(sprites) == 2:
            choice["second"] = "present"
            first = layers.Placement(0.27, 0.6, 0.45, 0)
        scene = layers.Scene(choice, first, second, details)
        return compose(scene, sprites[0], sprites[-1], 256, 256)
