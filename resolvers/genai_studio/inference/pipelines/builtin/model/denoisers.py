"""Run the two denoisers: the scene first, then the sprites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from genai_studio.inference.pipelines.builtin.model import ddim, whole_names
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames, WholeNames
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

FREE: Final = 0.6
"""An edit that starts below this share of the noise keeps its objects."""


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Both prompts, encoded as layers × width each.

    Attributes:
        positive: Encoded prompt.
        negative: Encoded negative prompt; may be the encoding of an empty prompt.
        names: Names that the prompt mentions as a whole, and longer names to avoid.
        empty: The prompt has no known word.
    """

    positive: Floats
    negative: Floats
    names: WholeNames
    empty: bool


class Denoisers:
    """The networks that predict the clean layers.

    Attributes:
        names: Names sampled sprites.
    """

    def __init__(self, weights: Weights, names: SpriteNames) -> None:
        self._sprites = weights.network("sprite_denoiser.onnx")
        self._scenes = weights.network("scene_denoiser.onnx")
        self.names = names

    def start(self, conditioning: Conditioning, scale: float) -> Sampling:
        """Return the prediction of one image's layers."""
        return Sampling(self, conditioning, scale)

    def scene_pair(
        self, conditioning: Conditioning, noisy: Floats, level: float
    ) -> tuple[Floats, Floats]:
        """Predict the scene for the prompt and for the negative prompt."""
        texts = (conditioning.positive, conditioning.negative)
        (scenes,) = self._scenes.run(
            None,
            {
                "noisy": np.tile(noisy, (2, 1)),
                "level": np.full(2, level, np.float32),
                "text": np.stack([text[2:].reshape(-1) for text in texts]),
            },
        )
        return scenes[0], scenes[1]

    def codes(self, noisy: Floats, level: float, texts: Floats, solidity: float) -> Floats:
        """Predict clean codes from noisy ones (N×CODE) and one text each (N×width)."""
        count = len(noisy)
        (codes,) = self._sprites.run(
            None,
            {
                "noisy": noisy,
                "level": np.full(count, level, np.float32),
                "text": texts,
                "solidity": np.full((count, 1), solidity, np.float32),
            },
        )
        return np.asarray(codes, np.float32)


class Sampling:
    """Predicts the layers of one image, step by step.

    Args:
        denoisers: The networks.
        conditioning: Both prompts.
        scale: Guidance.
    """

    def __init__(self, denoisers: Denoisers, conditioning: Conditioning, scale: float) -> None:
        self._denoisers = denoisers
        self._conditioning = conditioning
        self._scale = scale
        self._solidity: dict[float, float] = {}

    def __call__(self, noisy: ddim.Sample, level: float) -> tuple[ddim.Sample, ddim.Sample]:
        """Predict the layers for both prompts.

        The scene comes first: the sprite network takes its flat-or-3D value as input.
        """
        conditioning = self._conditioning
        positive, negative = self._denoisers.scene_pair(conditioning, noisy.scene, level)
        guided = ddim.guided_scene(positive, negative, self._scale)
        self._solidity[level] = float(guided[layers.SOLIDITY])
        texts = np.concatenate([conditioning.positive[:2], conditioning.negative[:2]])
        sprites = np.tile(noisy.sprites, (2, 1))
        codes = self._denoisers.codes(sprites, level, texts, self._solidity[level])
        return ddim.Sample(codes[:2], positive), ddim.Sample(codes[2:], negative)

    def prompt_scene(self) -> Floats:
        """Return the scene that the prompt alone gives, before any noise is removed."""
        level, noise = ddim.noise_level(ddim.NOISIEST), np.zeros(layers.SCENE, np.float32)
        return self._denoisers.scene_pair(self._conditioning, noise, level)[0]

    def settled(
        self,
        clean: ddim.Sample,
        edited: ddim.Sample | None,
        angles: Sequence[float],
        random: np.random.Generator,
    ) -> ddim.Sample:
        """Sample a sprite again, with other noise, if its name does not fit the prompt.

        Args:
            clean: The sampled layers.
            edited: Encoded layers of the source, or None if there is none.
            angles: θ before each step, and after the last one.
            random: Source of other noise.

        Returns:
            The layers, unchanged if the sprites fit.
        """
        names = self._conditioning.names
        if not names or angles[0] < FREE * ddim.NOISIEST:
            return clean
        two = layers.from_vector(clean.scene).choice["second"] == "present"
        sprites = clean.sprites.copy()
        for place in range(2 if two else 1):
            found = self._denoisers.names.of(clean.sprites[place][None])
            if names.fits(found[0]):
                continue
            noise = random.standard_normal((whole_names.CANDIDATES, layers.CODE), np.float32)
            known = 0.0 if edited is None else np.cos(angles[0]) * edited.sprites[place]
            noisy = np.asarray(known + np.sin(angles[0]) * noise, np.float32)
            codes = self._sprites(noisy, place, angles)
            found += self._denoisers.names.of(codes)
            sprites[place] = np.concatenate([sprites[place][None], codes])[names.best(found)]
        return ddim.Sample(sprites, clean.scene)

    def _sprites(self, noisy: Floats, place: int, angles: Sequence[float]) -> Floats:
        """Sample codes (N×CODE) for one of the two sprites, in the scene that was sampled."""
        now, clean, count = noisy, noisy, len(noisy)
        pair = [self._conditioning.positive[place], self._conditioning.negative[place]]
        texts = np.repeat(pair, count, 0)
        for theta, following in pairwise(angles):
            level = ddim.noise_level(theta)
            found = self._denoisers.codes(np.tile(now, (2, 1)), level, texts, self._solidity[level])
            scale = ddim.sprite_scale(self._scale, level)
            clean = ddim.guided_codes(found[:count], found[count:], scale)
            now = ddim.advance(now, clean, theta, following)
        return clean
