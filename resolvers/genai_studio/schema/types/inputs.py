"""What clients send. Absent and null mean the same: the studio chooses."""

from datetime import datetime
from typing import TypeVar

import strawberry

from genai_studio.domain.history import HistoryFilter
from genai_studio.domain.request import ImageRequestInput
from genai_studio.schema.types.enums import GenerationStatus

T = TypeVar("T")


@strawberry.input(description="What to draw, and how. What is left out, the model's defaults fill.")
class GenerateImageInput:
    prompt: str = strawberry.field(description="What the image should show.")
    client_request_id: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="A key of yours, at most 128 characters. Sending the same input again with "
        "the same key gives the first generation, not a second one.",
    )
    negative_prompt: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it should not show."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Id of a model; the first of `models` by itself."
    )
    width: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels.")
    height: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels.")
    steps: int | None = strawberry.field(default=strawberry.UNSET, description="Denoising steps.")
    guidance_scale: float | None = strawberry.field(
        default=strawberry.UNSET, description="How closely to follow the prompt."
    )
    seed: int | None = strawberry.field(
        default=strawberry.UNSET, description="For the same image again; drawn by itself."
    )
    count: int | None = strawberry.field(default=strawberry.UNSET, description="Images to make.")
    style: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Id of one of the model's styles."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The generation of yours it is made from."
    )

    def to_domain(self) -> ImageRequestInput:
        """The domain's form, with None for every open choice."""
        return ImageRequestInput(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt or None,
            model=self.model or None,
            width=_given(self.width),
            height=_given(self.height),
            steps=_given(self.steps),
            guidance_scale=_given(self.guidance_scale),
            seed=_given(self.seed),
            count=_given(self.count),
            style=self.style or None,
            parent_id=self.parent_id or None,
        )


@strawberry.input(description="What to draw a quick draft of; only FAST models do.")
class DraftImageInput:
    prompt: str = strawberry.field(description="What the image should show.")
    negative_prompt: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it should not show."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Id of a FAST model."
    )
    width: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels.")
    height: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels.")
    guidance_scale: float | None = strawberry.field(
        default=strawberry.UNSET, description="How closely to follow the prompt."
    )
    seed: int | None = strawberry.field(default=strawberry.UNSET, description="To keep the noise.")
    style: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Id of one of the model's styles."
    )

    def to_domain(self) -> ImageRequestInput:
        """The domain's form; steps and count are the draft's own."""
        return ImageRequestInput(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt or None,
            model=self.model or None,
            width=_given(self.width),
            height=_given(self.height),
            guidance_scale=_given(self.guidance_scale),
            seed=_given(self.seed),
            count=1,
            style=self.style or None,
        )


@strawberry.input(description="Every condition given must hold.")
class GenerationFilter:
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="Words that must all occur in the prompt."
    )
    statuses: list[GenerationStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="Any of these."
    )
    favorite: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Only marked ones, or only unmarked ones."
    )
    model: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only of this model."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only what was made from this generation."
    )
    created_from: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Not before this time."
    )
    created_before: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Before this time."
    )
    trashed: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True shows the trash; else it is left out."
    )

    def conditions(self) -> HistoryFilter:
        """The domain's form."""
        return HistoryFilter(
            text=self.text or None,
            statuses=tuple(self.statuses) if self.statuses else None,
            favorite=_given(self.favorite),
            model=self.model or None,
            parent_id=self.parent_id or None,
            created_from=_given(self.created_from),
            created_before=_given(self.created_before),
            trashed=bool(self.trashed),
        )


def _given(value: T | None) -> T | None:
    return None if value is strawberry.UNSET else value
