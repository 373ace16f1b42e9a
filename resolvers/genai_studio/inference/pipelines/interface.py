"""Interface of text-to-image pipelines: encode the prompt, denoise, decode.

A pipeline draws one image per call. One thread uses it at a time; the server
limits the number of concurrent calls.
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
class SamplingParameters:
    """Parameters of one image.

    Attributes:
        width: Width of the finished image in pixels.
        height: Height of the finished image in pixels.
        steps: Denoising steps, at least 1.
        guidance_scale: Classifier-free guidance. Values up to 1 disable it.
        seed: Unsigned 32-bit seed of the noise. On one machine, the same seed
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
        step: Number of finished steps, from 1.
        steps: Total number of steps.
        preview: Decodes a preview of at most 256 pixels per side. It costs time;
            call it only if the preview is used.
    """

    step: int
    steps: int
    preview: Callable[[], Image.Image]


OnStep = Callable[[Step], None]
IsCanceled = Callable[[], bool]


class SamplingCanceled(Exception):
    """`denoise` stopped because `canceled()` returned true."""


class Pipeline(ABC, Generic[ConditioningT, LatentsT]):
    """A loaded text-to-image model."""

    @abstractmethod
    def encode_text(self, prompt: str, negative_prompt: str) -> ConditioningT:
        """Encode both prompts, of any length, into the conditioning of `denoise`."""

    @abstractmethod
    def denoise(
        self,
        conditioning: ConditioningT,
        parameters: SamplingParameters,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> LatentsT:
        """Sample latents and call `on_step` after every step.

        Raises:
            SamplingCanceled: `canceled()` returned true before a step.
        """

    @abstractmethod
    def decode(self, latents: LatentsT, parameters: SamplingParameters) -> Image.Image:
        """Decode latents to an RGB image of `parameters.width` × `parameters.height`.

        Raises:
            PipelineUnavailable: The latents are not finite or the decoder overflowed.
        """
