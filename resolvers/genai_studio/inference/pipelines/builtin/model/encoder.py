"""Encode an image as layers: the inverse of the compositor.

One network finds the scene in the whole image, another finds the code, color and direction
of each sprite in a window around it. The sprite is then compared with known ones.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.model.backdrop_fit import fitted
from genai_studio.inference.pipelines.builtin.model.ddim import Sample
from genai_studio.inference.pipelines.builtin.model.sprite_match import SpriteMatcher
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import Box, sprite_boxes
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

WHOLE: Final = 96
"""Side of the image that the scene network sees."""
SEEN: Final = 32
"""Side of the window that the sprite network sees."""
REACH: Final = 1.15
"""Side of the window, relative to the sprite's square."""
CERTAIN: Final = 4.0
"""Logit of a choice that a comparison of drawings makes."""
COLORLESS: Final = 0.015
"""Mean difference of the color channels up to which an image is gray."""


def window(image: Image.Image, box: Box, reach: float = REACH, side: int = SEEN) -> Image.Image:
    """Cut a square around a box and scale it. The image's edge is repeated outside."""
    half = box.side * reach / 2
    # A copy of a sprite can be partly, even mostly, outside the image.
    outside = max(0.0, -box.x, box.x - image.width, -box.y, box.y - image.height)
    margin = int(half + outside) + 2
    padded = np.pad(np.asarray(image), ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    left, top = round(box.x - half + margin), round(box.y - half + margin)
    right, bottom = round(box.x + half + margin), round(box.y + half + margin)
    return Image.fromarray(padded).resize(
        (side, side), Image.Resampling.BILINEAR, box=(left, top, right, bottom), reducing_gap=2
    )


def _pixels(image: Image.Image) -> Floats:
    """Return an image as 1×3×H×W in 0…1."""
    return np.moveaxis(np.asarray(image, np.float32) / 255, -1, 0)[None]


class Encoder:
    """Finds the layers that draw an image."""

    def __init__(self, weights: Weights, matcher: SpriteMatcher) -> None:
        self._matcher = matcher
        self._scenes = weights.network("scene_encoder.onnx")
        self._sprites = weights.network("sprite_encoder.onnx")

    def encode(self, image: Image.Image, sprites: bool = True) -> Sample:
        """Encode an RGB image. The code of an absent sprite is zero.

        Args:
            image: The image.
            sprites: Whether to find the codes. Otherwise, all of them are zero.
        """
        whole = image.resize((WHOLE, WHOLE), Image.Resampling.BOX)
        aspect = np.array([np.log(image.width / image.height)], np.float32)
        (found,) = self._scenes.run(None, {"image": _pixels(whole), "aspect": aspect})
        vector = np.array(found[0, : layers.SCENE], np.float32)
        self._see_gray(vector, whole)
        scene = fitted(layers.from_vector(vector), image)
        vector[-layers.DETAILS :] = scene.details
        if scene.choice["place"] == "solid":
            colors = np.where(np.array(layers.COLORS) == scene.choice["background color"], 1, -1)
            layers.set_choice(vector, "background color", CERTAIN * colors)
        codes = np.zeros((2, layers.CODE), np.float32)
        if not sprites:
            return Sample(codes, vector)
        heights = [float(height) * image.height for height in found[0, layers.SCENE :]]
        for place, box in enumerate(sprite_boxes(scene, image.width, image.height, heights)):
            seen = window(image, box)
            (out,) = self._sprites.run(None, {"window": _pixels(seen)})
            codes[place] = out[0, : layers.CODE]
            name = ("first", "second")[place]
            colors, mirrored = np.split(out[0, layers.CODE :], [len(layers.COLORS)])
            layers.set_choice(vector, f"{name} color", colors)
            layers.set_choice(vector, f"{name} mirrored", mirrored)
            if scene.choice["finish"] == "silhouette":
                continue
            match = self._matcher.match(
                np.asarray(seen, np.float32) / 255,
                codes[place],
                layers.COLORS[int(colors.argmax())],
                gray=scene.choice["finish"] in ("monochrome", "sepia"),
            )
            codes[place] = match.code
            certain = np.array([-CERTAIN, CERTAIN] if match.mirrored else [CERTAIN, -CERTAIN])
            layers.set_choice(vector, f"{name} mirrored", certain)
            reach = box.side * REACH
            layers.move(
                vector, place, match.x * reach / image.width, match.y * reach / image.height,
                match.zoom,
            )  # fmt: skip
        return Sample(codes, vector)

    @staticmethod
    def _see_gray(vector: Floats, whole: Image.Image) -> None:
        """Correct the finish: an image without any color is monochrome, others are not."""
        pixels = np.asarray(whole, np.float32) / 255
        gray = float((pixels.max(-1) - pixels.min(-1)).mean()) < COLORLESS
        part = layers.choice_slice("finish")
        logits = np.array(vector[part])
        logits[layers.FINISHES.index("monochrome")] = CERTAIN if gray else -CERTAIN
        layers.set_choice(vector, "finish", logits)
