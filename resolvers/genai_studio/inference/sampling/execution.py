"""Generate, edit or upscale the images of one invocation on the current thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PIL import Image

from genai_studio.inference.edit_images import decode_image
from genai_studio.inference.errors import InvalidInvocation
from genai_studio.inference.invocation import Invocation
from genai_studio.inference.pipelines.interface import (
    EditSource,
    IsCanceled,
    OnStep,
    Operation,
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
        InvalidInvocation: The source image is damaged or cannot be upscaled.
        OperationUnsupported: The pipeline cannot edit or upscale images.
        SamplingCanceled: `canceled()` returned true between two steps.
    """
    pipeline.require(operation_of(invocation))
    make_image = _maker(pipeline, invocation, defaults, canceled)
    budget = PreviewBudget()
    count = invocation.num_images_per_prompt
    for index in range(count):
        if canceled():
            raise SamplingCanceled

        def on_step(step: Step, index: int = index) -> None:
            done = index * step.steps + step.step
            on_event(StepDone(index, done, count * step.steps))
            if invocation.previews and step.step < step.steps and budget.allows():
                on_event(PreviewMade(index, done, budget.make(step.preview)))

        pixels = make_image(index, on_step)
        on_event(ImageFinished(index, invocation.seed_of(index), pixels))


_MakeImage = Callable[[int, OnStep], Image.Image]
"""Makes the image of an index, and reports its steps."""


def _maker(
    pipeline: Pipeline[Any, Any],
    invocation: Invocation,
    defaults: SamplingDefaults,
    canceled: IsCanceled,
) -> _MakeImage:
    conditioning = None
    if invocation.prompt:
        conditioning = pipeline.encode_text(invocation.prompt, invocation.negative_prompt)
    if invocation.upscale is None:
        source = _source(invocation)

        def generate(index: int, on_step: OnStep) -> Image.Image:
            parameters = parameters_for(invocation, defaults, index)
            latents = pipeline.denoise(conditioning, parameters, on_step, canceled, source)
            return pipeline.decode(latents, parameters)

        return generate

    image, factor = _decoded(invocation), invocation.upscale

    def upscale(index: int, on_step: OnStep) -> Image.Image:
        try:
            return pipeline.upscale(image, factor, conditioning, on_step, canceled)
        except ValueError as error:
            raise InvalidInvocation(f"upscale: {error}", "upscale") from error

    return upscale


def _decoded(invocation: Invocation) -> Image.Image:
    assert invocation.image is not None  # noqa: S101 - `parse_invocation` requires it
    return decode_image(invocation.image, "image", "RGB")


def _source(invocation: Invocation) -> EditSource | None:
    if invocation.image is None or invocation.strength is None:
        return None
    mask = invocation.mask_image
    return EditSource(
        _decoded(invocation),
        None if mask is None else decode_image(mask, "mask_image", "L"),
        invocation.strength,
    )


def operation_of(invocation: Invocation) -> Operation:
    """Return what an invocation asks the pipeline to do."""
    if invocation.upscale is not None:
        return Operation.UPSCALE
    if invocation.image is None:
        return Operation.TEXT_TO_IMAGE
    return Operation.IMAGE_TO_IMAGE if invocation.mask_image is None else Operation.INPAINT


def expected_steps(invocation: Invocation, defaults: SamplingDefaults) -> int:
    """Estimate the steps of all images, before the pipeline reports the true number.

    An edit of low strength skips the first steps. Upscaling has no number of steps.
    """
    count = invocation.num_images_per_prompt
    if invocation.upscale is not None:
        return count
    steps = parameters_for(invocation, defaults, 0).steps
    strength = 1.0 if invocation.strength is None else invocation.strength
    return count * max(int(steps * strength), 1)


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
