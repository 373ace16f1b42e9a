"""What every text-to-image pipeline does: encode the prompt, denoise, decode.

A pipeline makes one image a call. It is used by one thread at a time; the
server in front of it decides how many calls run beside each other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PIL import Image

ConditioningT = TypeVar("ConditioningT")
LatentsT = TypeVar("LatentsT")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How one image is sampled.

    Attributes:
        width: Pixels of the finished image.
        height: Pixels of the finished image.
        steps: Denoising steps, at least 1.
        guidance_scale: Classifier-free guidance; 1 or less turns it off.
        seed: Unsigned 32-bit start of the noise. On one machine the same seed
            and inputs give the same pixels on every run.
    """

    width: int
    height: int
    steps: int
    guidance_scale: float
    seed: int


@dataclass(frozen=True, slots=True)
class Step:
    """One finished denoising step.

    Attributes:
        step: How many steps are done, from 1.
        steps: How many there are in all.
        preview: Decodes what there is so far, small (at most 256 px a side).
            Costs time, so it runs only when somebody wants to look.
    """

    step: int
    steps: int
    preview: Callable[[], Image.Image]


OnStep = Callable[[Step], None]
IsCanceled = Callable[[], bool]


class SamplingCanceled(Exception):
    """Raised by `denoise` when `canceled()` answered true between two steps."""


class Pipeline(ABC, Generic[ConditioningT, LatentsT]):
    """A loaded text-to-image model."""

    @abstractmethod
    def encode_text(self, prompt: str, negative_prompt: str) -> ConditioningT:
        """Turn both prompts, of any length, into what `denoise` is guided by."""

    @abstractmethod
    def denoise(
        self,
        conditioning: ConditioningT,
        sampling: Sampling,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> LatentsT:
        """Sample latents, calling `on_step` after every step.

        Raises:
            SamplingCanceled: `canceled()` answered true before a step.
        """

    @abstractmethod
    def decode(self, latents: LatentsT, sampling: Sampling) -> Image.Image:
        """Turn latents into an RGB image of `sampling.width` × `sampling.height`."""
