"""Generate the images of one invocation on the current thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PIL import Image

from genai_studio.inference.invocation import Invocation
from genai_studio.inference.pipelines.interface import (
    IsCanceled,
    Pipeline,
    SamplingCanceled,
    SamplingParameters,
    Step,
)
from genai_studio.inference.sampling.previews import PreviewBudget


@dataclass(frozen=True, slots=True)
class StepDone:
    """A denoising step is finished.

    Attributes:
        image: Index of the image.
        step: Number of finished steps, over all images of the invocation.
        steps: Total number of steps, over all images of the invocation.
    """

    image: int
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class PreviewMade:
    """A preview is available.

    Attributes:
        image: Index of the image.
        step: Number of finished steps, as in `StepDone`.
        webp: The preview, encoded as WebP.
    """

    image: int
    step: int
    webp: bytes


@dataclass(frozen=True, slots=True)
class ImageFinished:
    """An image is finished.

    Attributes:
        image: Index of the image.
        seed: Seed that reproduces the image.
        pixels: The image.
    """

    image: int
    seed: int
    pixels: Image.Image


T = TypeVar("T")
SamplingEvent = StepDone | PreviewMade | ImageFinished
OnEvent = Callable[[SamplingEvent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingDefaults:
    """Values for the fields that an invocation omits."""

    width: int = 512
    height: int = 512
    steps: int = 25
    guidance_scale: float = 7.5


def generate_images(
    pipeline: Pipeline[Any, Any],
    invocation: Invocation,
    defaults: SamplingDefaults,
    on_event: OnEvent,
    canceled: IsCanceled,
) -> None:
    """Generate every image of an invocation, one after the other.

    Raises:
        SamplingCanceled: `canceled()` returned true between two steps.
    """
    budget = PreviewBudget()
    count = invocation.num_images_per_prompt
    conditioning = pipeline.encode_text(invocation.prompt, invocation.negative_prompt)
    for index in range(count):
        if canceled():
            raise SamplingCanceled

        def on_step(step: Step, index: int = index) -> None:
            done = index * step.steps + step.step
            on_event(StepDone(index, done, count * step.steps))
            if invocation.previews and step.step < step.steps and budget.allows():
                on_event(PreviewMade(index, done, budget.make(step.preview)))

        parameters = parameters_for(invocation, defaults, index)
        latents = pipeline.denoise(conditioning, parameters, on_step, canceled)
        pixels = pipeline.decode(latents, parameters)
        on_event(ImageFinished(index, parameters.seed, pixels))


def parameters_for(
    invocation: Invocation, defaults: SamplingDefaults, index: int
) -> SamplingParameters:
    """Combine an invocation with the model's defaults for image `index`."""
    return SamplingParameters(
        width=_or_default(invocation.width, defaults.width),
        height=_or_default(invocation.height, defaults.height),
        steps=_or_default(invocation.num_inference_steps, defaults.steps),
        guidance_scale=_or_default(invocation.guidance_scale, defaults.guidance_scale),
        seed=invocation.seed_of(index),
    )


def _or_default(requested: T | None, default: T) -> T:
    return default if requested is None else requested
