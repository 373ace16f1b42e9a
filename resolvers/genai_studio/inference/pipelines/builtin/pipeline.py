"""The built-in model: an emoji-style demonstration model that generates and edits images.

A small diffusion model that samples the layers of an image (one or two sprites, their
colors and places, the backdrop, light, weather and finish) from the prompt and composes
them. An edit encodes the source as layers, adds noise to them and denoises them with the
prompt. It runs on onnxruntime and NumPy. docs/models/builtin.md describes its capabilities
and limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines import interface
from genai_studio.inference.pipelines.builtin.editing.edit import Edit, composed
from genai_studio.inference.pipelines.builtin.editing.region import RegionEdit
from genai_studio.inference.pipelines.builtin.editing.upscaler import Upscaler
from genai_studio.inference.pipelines.builtin.editing.whole_image import WholeImageEdit
from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.model.denoisers import Conditioning, Denoisers
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.sprite_match import SpriteMatcher
from genai_studio.inference.pipelines.builtin.model.text_encoder import TextEncoder
from genai_studio.inference.pipelines.builtin.model.weights import FOLDER, Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.interface import Operation

PREVIEW_SIDE: Final = 256
SMALLEST, LARGEST, GRANULE = 64, 1024, 8
"""Limits of width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Sampled layers, and the edit that they are for.

    Attributes:
        layers: The vectors of the image.
        edit: None if the image is generated from the prompt alone.
    """

    layers: ddim.Sample
    edit: Edit | None


class BuiltinPipeline(interface.Pipeline[Conditioning, Sampled]):
    """The loaded built-in model. Create it with `BuiltinPipeline.load()`."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        names = SpriteNames(weights)
        self._text = TextEncoder(weights, names.chinese)
        self._denoisers = Denoisers(weights, names)
        self._drawer = SpriteDrawer(weights)
        self._encoder = Encoder(weights, SpriteMatcher(self._drawer, names))
        self._upscaler = Upscaler(weights)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> BuiltinPipeline:
        """Load and verify the weights.

        Args:
            folder: Folder of the weights and their manifest.

        Raises:
            WeightsCorrupted: A file is missing or has the wrong checksum.
        """
        return cls(Weights(folder))

    @property
    def operations(self) -> frozenset[Operation]:
        """Return the operations: all of them."""
        return frozenset(Operation)

    def encode_text(self, prompt: str, negative_prompt: str) -> Conditioning:
        """Encode English, Chinese or emoji. Long prompts are truncated."""
        positive, negative = self._text.encode([prompt, negative_prompt])
        names, empty = self._text.names(prompt), not self._text.knows(prompt)
        return Conditioning(positive, negative, names, empty)

    def denoise(
        self,
        conditioning: Conditioning,
        parameters: interface.SamplingParameters,
        on_step: interface.OnStep,
        canceled: interface.IsCanceled,
        source: interface.EditSource | None = None,
    ) -> Sampled:
        """Sample the layers of one image with DDIM.

        An edit starts at the noise level of its strength and runs that share of the steps.

        Raises:
            SamplingCanceled: `canceled()` returned true before a step.
            ValueError: Steps, size or strength are out of range, or the source has another size.
        """
        _check(parameters, source)
        if canceled():
            raise interface.SamplingCanceled
        random = np.random.default_rng(parameters.seed)
        noise = ddim.start(random, (2, layers.CODE), layers.SCENE)
        edit = self._edit(source, conditioning)
        scale, steps, angle = parameters.guidance_scale, parameters.steps, ddim.NOISIEST
        if edit is not None:
            steps = max(1, round(steps * edit.strength))
            angle = ddim.start_angle(edit.strength)
        encoded = edit.layers if edit is not None else None
        noisy = noise if encoded is None else ddim.noised(encoded, noise, angle)
        sampling, clean = self._denoisers.start(conditioning, scale), noisy
        prompt = sampling.prompt_scene()
        estimates = ddim.sample(sampling, noisy, steps, scale, angle)
        for step, clean in enumerate(estimates, start=1):
            shown = clean if edit is None else edit.adopt(clean, prompt)
            preview = self._previewer(Sampled(shown, edit), parameters)
            on_step(interface.Step(step, steps, preview))
            if step < steps and canceled():
                raise interface.SamplingCanceled
        settled = sampling.settled(clean, encoded, ddim.angles(steps, angle), random)
        return Sampled(settled if edit is None else edit.adopt(settled, prompt), edit)

    def decode(self, latents: Sampled, parameters: interface.SamplingParameters) -> Image.Image:
        """Draw the sprites and compose the image."""
        _check(parameters)
        if latents.edit is not None:
            return latents.edit.draw(latents.layers, self._drawer)
        return composed(latents.layers, self._drawer, parameters.width, parameters.height)

    def upscale(
        self,
        image: Image.Image,
        factor: int,
        conditioning: Conditioning | None,
        on_step: interface.OnStep,
        canceled: interface.IsCanceled,
    ) -> Image.Image:
        """Enlarge an image with a small network. The prompt has no effect.

        Raises:
            SamplingCanceled: `canceled()` returned true before a tile.
            ValueError: The factor is not 2 or 4, or the result is too large.
        """
        return self._upscaler.upscale(image, factor, on_step, canceled)

    def _edit(self, source: interface.EditSource | None, conditioning: Conditioning) -> Edit | None:
        if source is None:
            return None
        image = source.image.convert("RGB")
        if source.mask is None:
            return WholeImageEdit(image, source.strength, self._encoder)
        return RegionEdit(
            image, source.mask.convert("L"), source.strength, conditioning.empty, self._encoder
        )

    def _previewer(
        self, sampled: Sampled, parameters: interface.SamplingParameters
    ) -> Callable[[], Image.Image]:
        scale = min(1.0, PREVIEW_SIDE / max(parameters.width, parameters.height))
        width, height = (
            max(8, round(side * scale)) for side in (parameters.width, parameters.height)
        )
        if sampled.edit is None:
            return lambda: composed(sampled.layers, self._drawer, width, height)
        return lambda: self.decode(sampled, parameters).resize((width, height))


def _check(
    parameters: interface.SamplingParameters, source: interface.EditSource | None = None
) -> None:
    if parameters.steps < 1:
        raise ValueError("`steps` must be at least 1.")
    size = parameters.width, parameters.height
    for side in size:
        if side % GRANULE or not SMALLEST <= side <= LARGEST:
            raise ValueError(
                f"`width` and `height` must be multiples of {GRANULE} between {SMALLEST} and "
                f"{LARGEST}."
            )
    if source is None:
        return
    if not 0 <= source.strength <= 1:
        raise ValueError("`strength` must be between 0 and 1.")
    for name, image in (("image", source.image), ("mask", source.mask)):
        if image is not None and image.size != size:
            raise ValueError(f"`{name}` must have the size {size[0]}×{size[1]}.")
