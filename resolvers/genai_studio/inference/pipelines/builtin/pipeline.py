"""The built-in text-to-image model: an emoji-style demonstration model.

A small diffusion model that samples the layers of an image (one or two sprites, their
colors and places, the backdrop, light, weather and finish) from the prompt and composes
them. It runs on onnxruntime and NumPy, and it is honest about what it is: see
docs/models/builtin.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines import pipeline
from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.text_encoder import TextEncoder
from genai_studio.inference.pipelines.builtin.model.weights import FOLDER, Weights
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

PREVIEW_SIDE: Final = 256
SMALLEST, LARGEST, GRANULE = 64, 1024, 8


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Both prompts, encoded: layers × width each.

    Attributes:
        positive: What the image should show.
        negative: What it should not; the empty prompt's encoding when none was given.
    """

    positive: Floats
    negative: Floats


class BuiltinPipeline(pipeline.Pipeline[Conditioning, ddim.Sample]):
    """The built-in model, loaded. Use `BuiltinPipeline.load()`."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self._text = TextEncoder(weights)
        self._sprites = weights.network("sprite_denoiser.onnx")
        self._scenes = weights.network("scene_denoiser.onnx")
        self._drawer = SpriteDrawer(weights)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> BuiltinPipeline:
        """Load and verify the weights.

        Raises:
            WeightsCorrupted: A file is missing or has the wrong checksum.
        """
        return cls(Weights(folder))

    def encode_text(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode English, Chinese or emoji; the first words count most in a long prompt."""
        positive, negative = self._text.encode([prompt, negative_prompt])
        return Conditioning(positive, negative)

    def denoise(
        self,
        conditioning: Conditioning,
        sampling: pipeline.Sampling,
        on_step: pipeline.OnStep,
        canceled: pipeline.IsCanceled,
    ) -> ddim.Sample:
        """Sample the layers of one image by DDIM.

        Raises:
            SamplingCanceled: `canceled()` answered true before a step.
            ValueError: Steps or size are out of range.
        """
        _check(sampling)
        random = np.random.default_rng(sampling.seed)
        noise = ddim.start(random, (2, layers.CODE), layers.SCENE)

        def predict(noisy: ddim.Sample, level: float) -> tuple[ddim.Sample, ddim.Sample]:
            return self._predict(conditioning, noisy, level, sampling.guidance_scale)

        if canceled():
            raise pipeline.SamplingCanceled
        clean = noise
        estimates = ddim.sample(predict, noise, sampling.steps, sampling.guidance_scale)
        for step, clean in enumerate(estimates, start=1):
            on_step(pipeline.Step(step, sampling.steps, self._previewer(clean, sampling)))
            if step < sampling.steps and canceled():
                raise pipeline.SamplingCanceled
        return clean

    def decode(self, latents: ddim.Sample, sampling: pipeline.Sampling) -> Image.Image:
        """Draw the sprites and compose the image."""
        _check(sampling)
        return self._compose(latents, sampling.width, sampling.height)

    def _predict(
        self, conditioning: Conditioning, noisy: ddim.Sample, level: float, scale: float
    ) -> tuple[ddim.Sample, ddim.Sample]:
        """Clean vectors for both prompts, in one run of each network.

        The scene goes first: whether it is to be flat or in 3D is told to the sprites.
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
        self, clean: ddim.Sample, sampling: pipeline.Sampling
    ) -> Callable[[], Image.Image]:
        scale = min(1.0, PREVIEW_SIDE / max(sampling.width, sampling.height))
        width, height = (max(8, round(side * scale)) for side in (sampling.width, sampling.height))
        return lambda: self._compose(clean, width, height)


def _check(sampling: pipeline.Sampling) -> None:
    if sampling.steps < 1:
        raise ValueError("steps must be at least 1")
    for side in (sampling.width, sampling.height):
        if side % GRANULE or not SMALLEST <= side <= LARGEST:
            raise ValueError(
                f"width and height must be multiples of {GRANULE} from {SMALLEST} to {LARGEST}"
            )
