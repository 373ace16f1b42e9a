"""Sample with DDIM and classifier-free guidance.

Denoising diffusion implicit models, Song et al. 2021, equation 12 with η = 0, on the
continuous cosine schedule α = cos θ, σ = sin θ (Nichol and Dhariwal 2021). The network
predicts the clean vector. Guidance follows Ho and Salimans 2022. It is rescaled as in
Lin et al. 2024 (section 3.4), which avoids oversaturation at high scales. Sprites are
guided only at high noise levels (Kynkäänniemi et al. 2024): guidance selects the
content, and the unguided network draws cleaner details.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np

from genai_studio.inference.pipelines.builtin.scene.layers import CHOICES, Floats

NOISIEST: Final = 0.996 * np.pi / 2
CLEANEST: Final = 0.02 * np.pi / 2
RESCALE: Final = 0.7
GENTLEST: Final = 1.0
GUIDED_BELOW: Final = 0.3
"""Sprites are guided while log(α/σ) is below this value."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The vectors of one image, noisy or clean.

    Attributes:
        sprites: Codes of the first and second sprite, shape (2, CODE).
        scene: Scene vector, shape (SCENE,).
    """

    sprites: Floats
    scene: Floats


Predict: TypeAlias = Callable[[Sample, float], tuple[Sample, Sample]]
"""Predicts the clean vectors of a noisy sample at the noise level log(α/σ).

Returns the prediction for the prompt and the one for the negative prompt.
"""


def angles(steps: int, start: float = NOISIEST) -> list[float]:
    """Return evenly spaced values of θ: one before each step and one after the last step."""
    return [float(angle) for angle in np.linspace(start, CLEANEST, steps + 1)]


def noise_level(theta: float) -> float:
    """Return log(α/σ), the noise level that the networks read."""
    return float(np.log(np.cos(theta) / np.sin(theta)))


def sprite_scale(guidance_scale: float, level: float) -> float:
    """Return the guidance of sprites at a noise level."""
    return guidance_scale if level < GUIDED_BELOW else GENTLEST


def start_angle(strength: float) -> float:
    """Return the θ at which an edit of a strength (0…1) starts. 1 is pure noise."""
    return CLEANEST + strength * (NOISIEST - CLEANEST)


def noised(clean: Sample, noise: Sample, theta: float) -> Sample:
    """Add noise to clean vectors up to the level of θ (SDEdit, Meng et al. 2022)."""
    alpha, sigma = np.cos(theta), np.sin(theta)
    return Sample(
        np.asarray(alpha * clean.sprites + sigma * noise.sprites, np.float32),
        np.asarray(alpha * clean.scene + sigma * noise.scene, np.float32),
    )


def guided_codes(positive: Floats, negative: Floats, scale: float) -> Floats:
    """Apply classifier-free guidance to sprite codes and keep the positive's deviation."""
    if scale <= GENTLEST:
        return positive
    guided = negative + scale * (positive - negative)
    spread = guided.std(-1, keepdims=True)
    rescaled = guided * positive.std(-1, keepdims=True) / np.maximum(spread, 1e-6)
    mixed: Floats = RESCALE * rescaled + (1 - RESCALE) * guided
    return mixed


def guided_scene(positive: Floats, negative: Floats, scale: float) -> Floats:
    """Apply classifier-free guidance to a scene. Expected choices stay within -1…1.

    Placement and details are not guided: extrapolating a position would move the
    sprite out of the image.
    """
    if scale <= GENTLEST:
        return positive
    guided = positive.copy()
    difference = positive[:CHOICES] - negative[:CHOICES]
    guided[:CHOICES] = np.clip(negative[:CHOICES] + scale * difference, -1, 1)
    return guided


def start(random: np.random.Generator, sprites: tuple[int, int], scene: int) -> Sample:
    """Return pure noise.

    Args:
        random: Source of the noise.
        sprites: Shape of the sprite codes.
        scene: Length of the scene vector.
    """
    return Sample(
        random.standard_normal(sprites, np.float32), random.standard_normal(scene, np.float32)
    )


def sample(
    predict: Predict,
    noisy: Sample,
    steps: int,
    guidance_scale: float,
    first_angle: float = NOISIEST,
) -> Iterator[Sample]:
    """Denoise. Yields the clean estimate after every step; the last one is the result.

    Args:
        predict: The denoisers.
        noisy: Vectors at the noise level of `first_angle`.
        steps: Number of steps.
        guidance_scale: Classifier-free guidance.
        first_angle: θ of the first step.
    """
    now, path = noisy, angles(steps, first_angle)
    for theta, following in pairwise(path):
        level = noise_level(theta)
        positive, negative = predict(now, level)
        scale = sprite_scale(guidance_scale, level)
        clean = Sample(
            guided_codes(positive.sprites, negative.sprites, scale),
            guided_scene(positive.scene, negative.scene, guidance_scale),
        )
        yield clean
        now = Sample(
            advance(now.sprites, clean.sprites, theta, following),
            advance(now.scene, clean.scene, theta, following),
        )


def advance(noisy: Floats, clean: Floats, theta: float, following: float) -> Floats:
    """Move a noisy vector from the angle `theta` to `following`, given its clean estimate."""
    noise = (noisy - np.cos(theta) * clean) / np.sin(theta)
    advanced = np.cos(following) * clean + np.sin(following) * noise
    return np.asarray(advanced, np.float32)
