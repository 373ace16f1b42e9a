"""Interface of pipelines: encode the prompt, denoise, decode; and upscale.

A pipeline draws one image per call. One thread uses it at a time; the server
limits the number of concurrent calls.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from PIL import Image

from genai_studio.inference.pipelines.errors import OperationUnsupported

ConditioningT = TypeVar("ConditioningT")
LatentsT = TypeVar("LatentsT")


class Operation(StrEnum):
    """What a pipeline can do.

    Outpainting reaches a pipeline as inpainting: the caller pads the source, and the mask
    covers the padding.
    """

    TEXT_TO_IMAGE = "text-to-image"
    IMAGE_TO_IMAGE = "image-to-image"
    INPAINT = "inpaint"
    UPSCALE = "upscale"


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
class EditSource:
    """The image that an edit starts from.

    Attributes:
        image: RGB image of the parameters' width and height.
        mask: None for image-to-image. For inpainting, a mask of the same size and mode "L":
            white pixels change, black pixels are kept, gray pixels blend.
        strength: How much changes, 0…1: 1 ignores the source, small values keep it.
    """

    image: Image.Image
    mask: Image.Image | None
    strength: float

    @property
    def operation(self) -> Operation:
        """Return the operation that this source requests."""
        return Operation.IMAGE_TO_IMAGE if self.mask is None else Operation.INPAINT


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
    """`denoise` or `upscale` stopped because `canceled()` returned true."""


class Pipeline(ABC, Generic[ConditioningT, LatentsT]):
    """A loaded model.

    Every pipeline can generate an image from text. A pipeline that can do more overrides
    `operations` and, for upscaling, `upscale`.
    """

    @property
    def operations(self) -> frozenset[Operation]:
        """Return the operations that this pipeline supports."""
        return frozenset({Operation.TEXT_TO_IMAGE})

    def require(self, operation: Operation) -> None:
        """Check that the pipeline supports an operation.

        Raises:
            OperationUnsupported: It does not.
        """
        if operation not in self.operations:
            raise OperationUnsupported(operation, sorted(self.operations))

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
        source: EditSource | None = None,
    ) -> LatentsT:
        """Sample latents and call `on_step` after every step.

        With a source, the pipeline may run fewer steps than the parameters say; each `Step`
        carries the true total. `decode` returns the edited image. Its pixels outside the mask
        resemble the source; the caller composites it if they must be equal.

        Args:
            conditioning: Result of `encode_text`.
            parameters: Size, steps, guidance and seed.
            on_step: Called after every step.
            canceled: Called before every step.
            source: Image to edit, or None to generate an image from the prompt alone.

        Raises:
            OperationUnsupported: The pipeline cannot edit images.
            SamplingCanceled: `canceled()` returned true before a step.
        """

    @abstractmethod
    def decode(self, latents: LatentsT, parameters: SamplingParameters) -> Image.Image:
        """Decode latents to an RGB image of `parameters.width` × `parameters.height`.

        Raises:
            PipelineUnavailable: The latents are not finite or the decoder overflowed.
        """

    def upscale(
        self,
        image: Image.Image,
        factor: int,
        conditioning: ConditioningT | None,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> Image.Image:
        """Enlarge an RGB image. Returns RGB of `factor` times its width and height.

        Args:
            image: RGB image.
            factor: 2 or 4.
            conditioning: Result of `encode_text`, if there is a prompt. A pipeline may ignore it.
            on_step: Called after every step.
            canceled: Called before every step.

        Raises:
            OperationUnsupported: The pipeline cannot upscale images.
            SamplingCanceled: `canceled()` returned true before a step.
            ValueError: The factor or the image's size is not supported.
        """
        raise OperationUnsupported(Operation.UPSCALE, sorted(self.operations))
