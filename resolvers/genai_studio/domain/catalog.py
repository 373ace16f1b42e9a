"""The models a studio offers, and what each one accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from genai_studio.domain.errors import UnknownModel


class SpeedClass(StrEnum):
    """How long an image takes; only FAST models draw live drafts."""

    FAST = "FAST"
    STANDARD = "STANDARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Whole numbers from `min` to `max` in steps of `step`, both ends included."""

    min: int
    max: int
    step: int = 1

    def __contains__(self, value: object) -> bool:
        return (
            isinstance(value, int)
            and self.min <= value <= self.max
            and (value - self.min) % self.step == 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model accepts.

    Attributes:
        prompt_characters: The longest prompt, in Unicode code points.
        width: Pixels.
        height: Pixels.
        max_pixels: The most width × height, or None.
        guidance_min: Least guidance scale.
        guidance_max: Greatest guidance scale.
        count: Images a request.
    """

    prompt_characters: int
    width: Range
    height: Range
    max_pixels: int | None = None
    steps: Range
    guidance_min: float
    guidance_max: float
    count: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What is used where a request leaves the choice open."""

    width: int
    height: int
    steps: int
    guidance_scale: float
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A named way to draw: words put around the prompt on its way to the endpoint.

    Attributes:
        prompt: A template that holds `{prompt}` once.
        negative_prompt: Added to the request's own.
    """

    id: str
    name: str
    prompt: str
    negative_prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the catalog (`models.toml`).

    Attributes:
        endpoint: Name of the SageMaker endpoint that serves it; of an endpoint
            of inference components, `ENDPOINT/COMPONENT`.
        format: The wire format spoken there, a name in `sagemaker.formats`.
        streams: Whether the endpoint tells step progress as it goes.
        prompt_languages: BCP 47 tags of the languages its prompts may be in.
        price_per_image: US dollars; 0 where it costs nothing to speak of.
        examples: Prompts known to work well.
        demonstration: Whether it is here to show the studio rather than to
            make images for use; people are told so.
        uses_guidance: False where guidance and negative prompt have no effect.
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

    def style(self, style_id: str) -> Style | None:
        """The style of this id, or None."""
        return next((style for style in self.styles if style.id == style_id), None)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every model on offer; the first is the default."""

    models: tuple[Model, ...]
    _by_id: dict[str, Model] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("A catalog needs at least one model.")
        object.__setattr__(self, "_by_id", {model.id: model for model in self.models})
        if len(self._by_id) != len(self.models):
            raise ValueError("Two models of the catalog have the same id.")

    def get(self, model_id: str | None) -> Model:
        """The model of this id; the default for None.

        Raises:
            UnknownModel: There is none of this id.
        """
        if model_id is None:
            return self.models[0]
        try:
            return self._by_id[model_id]
        except KeyError:
            raise UnknownModel(model_id, tuple(self._by_id)) from None
