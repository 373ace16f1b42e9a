"""Input types. An omitted field and null are equivalent: the default applies."""

from datetime import datetime
from typing import TypeVar

import strawberry

from genai_studio.domain.editing.edit import Margins
from genai_studio.domain.history import HistoryFilter
from genai_studio.domain.request import ImageRequestInput
from genai_studio.schema.types.enums import GenerationOperation, GenerationStatus

T = TypeVar("T")


@strawberry.input(description="Pixels that OUTPAINT adds to each side. Omitted sides are 0.")
class OutpaintInput:
    left: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels at the left.")
    right: int | None = strawberry.field(
        default=strawberry.UNSET, description="Pixels at the right."
    )
    top: int | None = strawberry.field(default=strawberry.UNSET, description="Pixels at the top.")
    bottom: int | None = strawberry.field(
        default=strawberry.UNSET, description="Pixels at the bottom."
    )

    def to_domain(self) -> Margins:
        """Convert to the domain."""
        return Margins(
            left=self.left or 0, right=self.right or 0, top=self.top or 0, bottom=self.bottom or 0
        )


@strawberry.input(description="A request for images. Omitted fields use the model's defaults.")
class GenerateImageInput:
    prompt: str = strawberry.field(
        description="What the image should show. May be empty for UPSCALE, which then uses the "
        "prompt of `sourceImageId`."
    )
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
    width: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Width in pixels. Only for TEXT_TO_IMAGE and IMAGE_TO_IMAGE, which defaults "
        "to the size of the source within the model's limits.",
    )
    height: int | None = strawberry.field(
        default=strawberry.UNSET, description="Height in pixels, like `width`."
    )
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
        default=strawberry.UNSET,
        description="ID of the generation it is derived from. Defaults to that of the source.",
    )
    operation: GenerationOperation | None = strawberry.field(
        default=strawberry.UNSET,
        description="What to do; `Model.operations` lists what a model can do. Defaults to "
        "TEXT_TO_IMAGE. All others need `sourceImageId` or `sourceUploadId`.",
    )
    source_image_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The image to change, as an `Image.id`."
    )
    source_upload_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The image to change, as an upload."
    )
    mask_upload_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The mask of INPAINT: white pixels change. It has the size of the source.",
    )
    strength: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="How much changes, 0 to 1: 0 keeps the source, 1 ignores it.",
    )
    mask_feather: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Width in pixels of the soft edge around the mask, 0 to 64. Pixels farther "
        "from the mask are those of the source.",
    )
    outpaint: OutpaintInput | None = strawberry.field(
        default=strawberry.UNSET, description="By how much OUTPAINT extends the source."
    )
    upscale_factor: int | None = strawberry.field(
        default=strawberry.UNSET, description="Factor of UPSCALE, 2 or 4. Defaults to 2."
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
            operation=_unset_to_none(self.operation),
            source_image_id=self.source_image_id or None,
            source_upload_id=self.source_upload_id or None,
            mask_upload_id=self.mask_upload_id or None,
            strength=_unset_to_none(self.strength),
            mask_feather=_unset_to_none(self.mask_feather),
            outpaint=self.outpaint.to_domain() if self.outpaint else None,
            upscale_factor=_unset_to_none(self.upscale_factor),
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
    operations: list[GenerationOperation] | None = strawberry.field(
        default=strawberry.UNSET, description="Operation is one of these."
    )
    favorite: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: only favorites. False: only others."
    )
    board: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only generations on this board."
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
            operations=tuple(self.operations) if self.operations else None,
            favorite=_unset_to_none(self.favorite),
            board=self.board or None,
            model=self.model or None,
            parent_id=self.parent_id or None,
            created_from=_unset_to_none(self.created_from),
            created_before=_unset_to_none(self.created_before),
            trashed=bool(self.trashed),
        )


def _unset_to_none(value: T | None) -> T | None:
    return None if value is strawberry.UNSET else value
