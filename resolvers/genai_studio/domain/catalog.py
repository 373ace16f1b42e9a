"""The models of a studio, and their limits and defaults."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import UnknownModel

STREAMING_FORMAT = "studio"
"""The only wire format whose endpoints can report progress while they generate."""


class SpeedClass(StrEnum):
    """How long an image takes. Only FAST models support live drafts."""

    FAST = "FAST"
    STANDARD = "STANDARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Integers from `min` to `max` inclusive, in steps of `step`."""

    min: int
    max: int
    step: int = 1

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and self.min <= value <= self.max
            and (value - self.min) % self.step == 0
        )

    def nearest(self, value: float) -> int:
        """Return the accepted value that is nearest to `value`."""
        return self.at_most(value + self.step / 2)

    def at_most(self, value: float) -> int:
        """Return the largest accepted value up to `value`, or the minimum."""
        limited = min(max(value, self.min), self.max)
        return self.min + int((limited - self.min) // self.step) * self.step

    def at_least(self, value: int) -> int | None:
        """Return the smallest accepted value from `value` on, or None if there is none."""
        steps = max(-(-(value - self.min) // self.step), 0)
        found = self.min + steps * self.step
        return found if found <= self.max else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Accepted values of a model.

    Attributes:
        prompt_characters: Maximum length of a prompt in Unicode code points.
        width: Pixels.
        height: Pixels.
        max_pixels: Maximum of width × height, or None.
        guidance_min: Minimum guidance scale.
        guidance_max: Maximum guidance scale.
        count: Images per request.
        upscale_pixels: Maximum of width × height of an image to upscale. None if only the
            size of the result is limited.
    """

    prompt_characters: int
    width: Range
    height: Range
    max_pixels: int | None = None
    steps: Range
    guidance_min: float
    guidance_max: float
    count: Range
    upscale_pixels: int | None = None

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Return an accepted size with about the same aspect ratio.

        It is the nearest size below the given one, unless that is below the minimum.
        """
        scale = min(1.0, self.width.max / width, self.height.max / height)
        if self.max_pixels is not None:
            scale = min(scale, math.sqrt(self.max_pixels / (width * height)))
        scale = max(scale, self._growth(width * scale, height * scale) * scale)
        width, height = self.width.at_most(width * scale), self.height.at_most(height * scale)
        if self.max_pixels is None:
            return width, height
        # A side that was below its minimum is now larger than scaled.
        if width * height > self.max_pixels:
            width = self.width.at_most(self.max_pixels / height)
        if width * height > self.max_pixels:
            height = self.height.at_most(self.max_pixels / width)
        return width, height

    def _growth(self, width: float, height: float) -> float:
        """Return the factor by which a size must grow to reach the minimum of both sides."""
        return max(self.width.min / width, self.height.min / height, 1.0)

    def padded(self, width: int, height: int) -> tuple[int, int] | None:
        """Return the smallest accepted size that contains the given one, or None."""
        right, bottom = self.width.at_least(width), self.height.at_least(height)
        if right is None or bottom is None:
            return None
        if self.max_pixels is not None and right * bottom > self.max_pixels:
            return None
        return right, bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Values for fields that a request omits."""

    width: int
    height: int
    steps: int
    guidance_scale: float
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDefaults:
    """Values for fields of an edit that a request omits, and the strengths of variations.

    The strengths are those that users of Stable Diffusion know: 0.75 from AUTOMATIC1111's
    image-to-image, and 0.5 and 0.85 from the variations of Fooocus. Outpainting ignores
    the padding of the source, so its strength is 1.

    Attributes:
        image_to_image_strength: Strength of IMAGE_TO_IMAGE.
        inpaint_strength: Strength of INPAINT.
        outpaint_strength: Strength of OUTPAINT.
        inpaint_feather: Mask feather of INPAINT in pixels.
        outpaint_feather: Mask feather of OUTPAINT in pixels. A straight seam is more visible.
        subtle_variation: Strength of a variation that keeps the composition.
        strong_variation: Strength of a variation that changes it.
    """

    image_to_image_strength: float = 0.75
    inpaint_strength: float = 0.85
    outpaint_strength: float = 1.0
    inpaint_feather: int = 4
    outpaint_feather: int = 16
    subtle_variation: float = 0.5
    strong_variation: float = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A named style: a template applied to the prompt before it is sent to the endpoint.

    Attributes:
        prompt: Template that contains `{prompt}` once.
        negative_prompt: Appended to the negative prompt of the request.
    """

    id: str
    name: str
    prompt: str
    negative_prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockModel:
    """A foundation model of Amazon Bedrock, which needs no endpoint of one's own.

    Attributes:
        model_id: Bedrock's ID of the model, such as `stability.sd3-5-large-v1:0`.
        regions: AWS regions in which Bedrock offers the model.
    """

    model_id: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the catalog (`models.toml`).

    Attributes:
        endpoint: Name of the SageMaker endpoint, or `ENDPOINT/COMPONENT` for an
            inference component. Unused for a model in Amazon Bedrock.
        format: Wire format of the endpoint, a name in `sagemaker.formats`.
        streams: Whether the endpoint reports progress while it generates.
        prompt_languages: BCP 47 tags of the supported prompt languages.
        price_per_image: US dollars; 0 if the cost is negligible.
        examples: Prompts that work well.
        demonstration: Whether the model only demonstrates the studio. The page shows a notice.
        uses_guidance: False if guidance and negative prompt have no effect.
        operations: What the model can do.
        edit_defaults: Defaults of edits.
        bedrock: The model in Amazon Bedrock. None if an endpoint serves it.
    """

    id: str
    name: str
    description: str
    endpoint: str
    format: str
    speed: SpeedClass
    streams: bool
    prompt_languages: tuple[str, ...]
    price_per_image: float
    limits: Limits
    defaults: Defaults
    styles: tuple[Style, ...] = ()
    examples: tuple[str, ...] = ()
    demonstration: bool = False
    uses_guidance: bool = True
    operations: tuple[Operation, ...] = (Operation.TEXT_TO_IMAGE,)
    edit_defaults: EditDefaults = EditDefaults()
    bedrock: BedrockModel | None = None

    def style(self, style_id: str) -> Style | None:
        """Return the style with this ID, or None."""
        return next((style for style in self.styles if style.id == style_id), None)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models of a studio. The first is the default."""

    models: tuple[Model, ...]
    _by_id: dict[str, Model] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("A catalog must contain at least one model.")
        object.__setattr__(self, "_by_id", {model.id: model for model in self.models})
        if len(self._by_id) != len(self.models):
            raise ValueError("Model IDs in a catalog must be unique.")

    def get(self, model_id: str | None) -> Model:
        """Return the model with this ID. None returns the default.

        Raises:
            UnknownModel: The catalog has no such model.
        """
        if model_id is None:
            return self.models[0]
        try:
            return self._by_id[model_id]
        except KeyError:
            raise UnknownModel(model_id, tuple(self._by_id)) from None
