"""The built-in text-to-image model: an emoji-style demonstration model.

A small diffusion model that samples the layers of an image (one or two sprites, their
colors and places, the backdrop, light, weather and finish) from the prompt and composes
them. It runs on onnxruntime and NumPy. docs/models/builtin.md describes
its capabilities and limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines import interface
from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.text_encoder import TextEncoder
from genai_studio.inference.pipelines.builtin.model.weights import FOLDER, Weights
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

PREVIEW_SIDE: Final = 256
SMALLEST, LARGEST, GRANULE = 64, 1024, 8
"""Limits of width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Both prompts, encoded as layers × width each.

    Attributes:
        positive: Encoded prompt.
        negative: Encoded negative prompt; may be the encoding of an empty prompt.
    """

    positive: Floats
    negative: Floats


class BuiltinPipeline(interface.Pipeline[Conditioning, ddim.Sample]):
    """The loaded built-in model. Create it with `BuiltinPipeline.load()`."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self._text = TextEncoder(weights)
        self._sprites = weights.network("sprite_denoiser.onnx")
        self._scenes = weights.network("scene_denoiser.onnx")
        self._drawer = SpriteDrawer(weights)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> BuiltinPipeline:
        """Load and verify the weights.

        Args:
            folder: Folder of the weights and their manifest.

        Raises:
            WeightsCorrupted: A file is missing or has the wrong checksum.
        """
        return cls(Weights(folder))

    def encode_text(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode English, Chinese or emoji. Long prompts are truncated."""
        positive, negative = self._text.encode([prompt, negative_prompt])
        return Conditioning(positive, negative)

    def denoise(
        self,
        conditioning: Conditioning,
        parameters: interface.SamplingParameters,
        on_step: interface.OnStep,
        canceled: interface.IsCanceled,
        source: interface.EditSource | None = None,
    ) -> ddim.Sample:
        """Sample the layers of one image with DDIM.

        Raises:
            OperationUnsupported: There is a source.
            SamplingCanceled: `canceled()` returned true before a step.
            ValueError: Steps or size are out of range.
        """
        _check(parameters)
        if source is not None:
            self.require(source.operation)
        random = np.random.default_rng(parameters.seed)
        noise = ddim.start(random, (2, layers.CODE), layers.SCENE)

        def predict(noisy: ddim.Sample, level: float) -> tuple[ddim.Sample, ddim.Sample]:
            return self._predict(conditioning, noisy, level, parameters.guidance_scale)

        if canceled():
            raise interface.SamplingCanceled
        clean = noise
        estimates = ddim.sample(predict, noise, parameters.steps, parameters.guidance_scale)
        for step, clean in enumerate(estimates, start=1):
            on_step(interface.Step(step, parameters.steps, self._previewer(clean, parameters)))
            if step < parameters.steps and canceled():
                raise interface.SamplingCanceled
        return clean

    def decode(self, latents: ddim.Sample, parameters: interface.SamplingParameters) -> Image.Image:
        """Draw the sprites and compose the image."""
        _check(parameters)
        return self._compose(latents, parameters.width, parameters.height)

    def _predict(
        self, conditioning: Conditioning, noisy: ddim.Sample, level: float, scale: float
    ) -> tuple[ddim.Sample, ddim.Sample]:
        """Predict the clean vectors for both prompts, with one run of each network.

        The scene comes first: the sprite network takes its flat-or-3D value as input.
        """
        texts = (conditioning.positive, conditioning.negative)
        (scenes,) = self._scenes.run(
            None,
            {
                "noisy": np.tile(noisy.scene, (2, 1)),
                "level": np.full(2, level, np.float32),
                "text": np.stack([text[2:].reshape(-1) for text in texts]),
            },
        )
        solidity = ddim.guided_scene(scenes[0], scenes[1], scale)[layers.SOLIDITY]
        (codes,) = self._sprites.run(
            None,
            {
                "noisy": np.tile(noisy.sprites, (2, 1)),
                "level": np.full(4, level, np.float32),
                "text": np.concatenate([text[:2] for text in texts]),
                "solidity": np.full((4, 1), solidity, np.float32),
            },
        )
        return ddim.Sample(codes[:2], scenes[0]), ddim.Sample(codes[2:], scenes[1])

    def _compose(self, latents: ddim.Sample, width: int, height: int) -> Image.Image:
        scene = layers.from_vector(latents.scene)
        shown = 2 if scene.choice["second"] == "present" else 1
        sprites = self._drawer.draw(latents.sprites[:shown])
        return compose(scene, sprites[0], sprites[-1], width, height)

    def _previewer(
        self, clean: ddim.Sample, parameters: interface.SamplingParameters
    ) -> Callable[[], Image.Image]:
        scale = min(1.0, PREVIEW_SIDE / max(parameters.width, parameters.height))
        width, height = (
            max(8, round(side * scale)) for side in (parameters.width, parameters.height)
        )
        return lambda: self._compose(clean, width, height)


def _check(parameters: interface.SamplingParameters) -> None:
    if parameters.steps < 1:
        raise ValueError("`steps` must be at least 1.")
    for side in (parameters.width, parameters.height):
        if side % GRANULE or not SMALLEST <= side <= LARGEST:
            raise ValueError(
                f"`width` and `height` must be multiples of {GRANULE} between {SMALLEST} and "
                f"{LARGEST}."
            )
