"""The scorer's ceiling: images composed from the true Fluent drawings, as a perfect model would.

The scorer is trained on other emoji families and rejects some true Fluent drawings. The
share that it accepts is the reference for the model's scores.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose

from ..data import concepts, sprite_planes, sprites
from .held_out_prompts import HeldOutPrompt


class TrueDrawings:
    """Compose images from the true Fluent drawings."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        codes = {c.label: c.code for c in concepts.load()}
        stored = {family: sprites.load(family) for family in sprites.MODEL_FAMILIES}
        self._rows = {
            (family, label): found.index(code)
            for family, (found, _) in stored.items()
            for label, code in codes.items()
            if code in found
        }
        self._images = {family: images for family, (_, images) in stored.items()}

    def sprite(self, family: str, label: str) -> np.ndarray:
        """Return the drawing of a label as premultiplied RGBA (192×192×4, 0…1)."""
        drawing = self._images[family][self._rows[family, label]][None]
        return sprite_planes.premultiplied(drawing, sprites.SIDE)[0].permute(1, 2, 0).numpy()

    def image(self, prompt: HeldOutPrompt, family: str) -> Image.Image:
        """Compose a 256×256 image that fulfills a prompt."""
        choice = {name: options[0] for name, options in layers.CATEGORIES.items()}
        if prompt.color:
            choice["first color"] = prompt.color
        if prompt.style:
            choice["finish"] = prompt.style
        if prompt.place.startswith("solid"):
            choice |= {"place": "solid", "background color": prompt.place.split()[1]}
        elif prompt.place in layers.LIGHTS:
            choice["light"] = prompt.place
        elif prompt.place:
            choice["place"] = prompt.place
        details = tuple(float(d) for d in self._random.standard_normal(layers.DETAILS))
        drawn = [self.sprite(family, labels[0]) for labels in prompt.objects]
        first, second = layers.Placement(0.5, 0.55, 0.68, 0), layers.Placement(0.73, 0.6, 0.45, 0)
        if len(drawn) == 2:
            choice["second"] = "present"
            first = layers.Placement(0.27, 0.6, 0.45, 0)
        scene = layers.Scene(choice, first, second, details)
        return compose(scene, drawn[0], drawn[-1], 256, 256)
