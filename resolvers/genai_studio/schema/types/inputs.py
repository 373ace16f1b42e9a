"""Input types. An omitted field and null are equivalent: the default applies."""

from datetime import datetime
from typing import TypeVar

import strawberry

from genai_studio.domain.history import HistoryFilter
from genai_studio.domain.request import ImageRequestInput
from genai_studio.schema.types.enums import GenerationStatus

T = TypeVar("T")


@strawberry.input(description="A request for images. Omitted fields use the model's defaults.")
class GenerateImageInput:
    prompt: str = strawberry.field(description="What the image should show.")
    client_request_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Idempotency key, at most 128 characters. Repeating a request with the "
        "same key and input returns the existing generation.",
    )
    negative_prompt: str | None = strawberry.field(
        default=strawberry.UNSET, description="What the image should not show."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Model ID. Defaults to the first entry of `models`."
    )
    width: int | None = strawberry.field(default=strawberry.UNSET, description="Width in pixels.")
    height: int | None = strawberry.field(default=strawberry.UNSET, description="Height in pixels.")
    steps: int | None = strawberry.field(
        default=strawberry.UNSET, description="Denoising steps per image."
    )
    guidance_scale: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="Classifier-free guidance scale: how closely to follow the prompt.",
    )
    seed: int | None = strawberry.field(
        default=strawberry.UNSET, description="Seed. Random if omitted or -1."
    )
    count: int | None = strawberry.field(default=strawberry.UNSET, description="Number of images.")
    style: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="ID of one of the model's styles."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="ID of the generation it is derived from."
    )

    def to_domain(self) -> ImageRequestInput:
        """Convert to the domain, with None for every omitted field."""
        return ImageRequestInput(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt or None,
            model=self.model or None,
            width=_unset_to_none(self.width),
            height=_unset_to_none(self.height),
            steps=_unset_to_none(self.steps),
            guidance_scale=_unset_to_none(self.guidance_scale),
            seed=_unset_to_none(self.seed),
            count=_unset_to_none(self.count),
            style=self.style or None,
            parent_id=self.parent_id or None,
        )


@strawberry.input(description="A request for a draft. Only FAST models support drafts.")
class DraftImageInput:
    prompt: str = strawberry.field(description="What the image should show.")
    negative_prompt: str | None = strawberry.field(
        default=strawberry.UNSET, description="What the image should not show."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="ID of a FAST model. Defaults to the first entry of `models`.",
    )
    width: int | None = strawberry.field(default=strawberry.UNSET, description="Width in pixels.")
    height: int | None = strawberry.field(default=strawberry.UNSET, description="Height in pixels.")
    guidance_scale: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="Classifier-free guidance scale: how closely to follow the prompt.",
    )
    seed: int | None = strawberry.field(
        default=strawberry.UNSET, description="Seed. Random if omitted or -1."
    )
    style: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="ID of one of the model's styles."
    )

    def to_domain(self) -> ImageRequestInput:
        """Convert to the domain. The draft service sets steps; count is 1."""
        return ImageRequestInput(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt or None,
            model=self.model or None,
            width=_unset_to_none(self.width),
            height=_unset_to_none(self.height),
            guidance_scale=_unset_to_none(self.guidance_scale),
            seed=_unset_to_none(self.seed),
            count=1,
            style=self.style or None,
        )


@strawberry.input(description="Conditions on generations. All given conditions must hold.")
class GenerationFilter:
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="Words that must all occur in the prompt."
    )
    statuses: list[GenerationStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="Status is one of these."
    )
    favorite: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: only favorites. False: only others."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only this model."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only generations derived from this one."
    )
    created_from: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Created at or after this time."
    )
    created_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Created before this time."
    )
    trashed: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="True: only the trash. Otherwise the trash is excluded.",
    )

    def to_domain(self) -> HistoryFilter:
        """Convert to the domain."""
        return HistoryFilter(
            text=self.text or None,
            statuses=tuple(self.statuses) if self.statuses else None,
            favorite=_unset_to_none(self.favorite),
            model=self.model or None,
            parent_id=self.parent_id or None,
            created_from=_unset_to_none(self.created_from),
            created_before=_unset_to_none(self.created_before),
            trashed=bool(self.trashed),
        )


def _unset_to_none(value: T | None) -> T | None:
    return None if value is strawberry.UNSET else value
