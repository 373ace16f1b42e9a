"""From one invocation to its images, on a worker thread, told step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PIL import Image

from genai_studio.inference.http.invocation_body import Invocation
from genai_studio.inference.pipelines.pipeline import (
    IsCanceled,
    Pipeline,
    Sampling,
    SamplingCanceled,
    Step,
)
from genai_studio.inference.sampling.previews import PreviewBudget


@dataclass(frozen=True, slots=True)
class StepDone:
    """A denoising step is finished.

    Attributes:
        image: Index of the image it belongs to.
        step: Steps done over all images of the invocation.
        steps: Steps in all.
    """

    image: int
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class PreviewMade:
    """A small WebP of image `image` as it looks after `step`."""

    image: int
    step: int
    webp: bytes


@dataclass(frozen=True, slots=True)
class ImageFinished:
    """Image `image` is finished; `seed` makes it again."""

    image: int
    seed: int
    pixels: Image.Image


T = TypeVar("T")
SamplingEvent = StepDone | PreviewMade | ImageFinished
OnEvent = Callable[[SamplingEvent], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a model uses where an invocation leaves the choice open."""

    width: int = 512
    height: int = 512
    steps: int = 25
    guidance_scale: float = 7.5


def sample(
    pipeline: Pipeline[Any, Any],
    invocation: Invocation,
    defaults: Defaults,
    on_event: OnEvent,
    canceled: IsCanceled,
) -> None:
    """Make every image of an invocation, one after the other.

    Raises:
        SamplingCanceled: `canceled()` answered true between two steps.
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

        sampling = sampling_of(invocation, defaults, index)
        latents = pipeline.denoise(conditioning, sampling, on_step, canceled)
        pixels = pipeline.decode(latents, sampling)
        on_event(ImageFinished(index, sampling.seed, pixels))


def _first(asked: T | None, default: T) -> T:
    return default if asked is None else asked


def sampling_of(invocation: Invocation, defaults: Defaults, index: int) -> Sampling:
    """How image `index` is sampled: what was asked for, else the model's own."""
    return Sampling(
        width=_first(invocation.width, defaults.width),
        height=_first(invocation.height, defaults.height),
        steps=_first(invocation.num_inference_steps, defaults.steps),
        guidance_scale=_first(invocation.guidance_scale, defaults.guidance_scale),
        seed=invocation.seed_of(index),
    )
