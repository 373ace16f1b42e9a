"""`Generation`: a request for images, its state and its results."""

from collections.abc import Awaitable
from datetime import datetime

import strawberry

from genai_studio.domain import generation as domain
from genai_studio.domain.image import mask_key, source_key
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioContext, StudioInfo
from genai_studio.schema.directives import PUBLISHED
from genai_studio.schema.image_links import ImageLinks
from genai_studio.schema.types.edit import Outpaint, edit_fields
from genai_studio.schema.types.enums import (
    GenerationFailureCode,
    GenerationOperation,
    GenerationStatus,
    GenerationWaitingReason,
)
from genai_studio.schema.types.image import Image


@strawberry.type(
    directives=PUBLISHED,
    description="The progress of a running attempt. Not stored; sent to subscribers only.",
)
class Progress:
    attempt: int = strawberry.field(description="Number of the attempt, starting at 1.")
    step: int = strawberry.field(description="Completed steps, over all images of the request.")
    steps: int = strawberry.field(description="Total steps.")
    preview_url: str | None = strawberry.field(
        description="Link to a small preview image, if there is one."
    )


@strawberry.type(directives=PUBLISHED, description="Why a generation failed.")
class Failure:
    code: GenerationFailureCode = strawberry.field(description="Machine-readable reason.")
    message: str = strawberry.field(description="Human-readable reason.")
    retryable: bool = strawberry.field(description="Whether a retry may succeed.")


@strawberry.type(directives=PUBLISHED, description="One step in the processing of a generation.")
class TimelineEntry:
    at: datetime = strawberry.field(description="When the step ended.")
    component: str = strawberry.field(
        description="What performed the step: api, worker, endpoint, images or sweeper."
    )
    step: str = strawberry.field(description="Name of the step.")
    milliseconds: int | None = strawberry.field(
        description="Duration; null for an instantaneous step."
    )


@strawberry.type(
    directives=PUBLISHED, description="A request for images, its state and its results."
)
class Generation:
    id: strawberry.ID = strawberry.field(description="UUIDv7, so IDs sort by creation time.")
    owner: strawberry.ID = strawberry.field(description="ID of the user who owns the generation.")
    parent_id: strawberry.ID | None = strawberry.field(
        description="ID of the generation it was derived from, if any."
    )
    status: GenerationStatus = strawberry.field(description="State of the generation.")
    version: int = strawberry.field(
        description="Increases with every stored change. Keep the highest version."
    )
    prompt: str = strawberry.field(description="What the image should show.")
    negative_prompt: str = strawberry.field(
        description="What the image should not show; may be empty."
    )
    model: str = strawberry.field(description="Model ID.")
    width: int = strawberry.field(description="Width in pixels.")
    height: int = strawberry.field(description="Height in pixels.")
    steps: int = strawberry.field(description="Denoising steps per image.")
    guidance_scale: float = strawberry.field(
        description="Classifier-free guidance scale: how closely images follow the prompt."
    )
    seed: int = strawberry.field(description="Seed of the first image. Each further image adds 1.")
    count: int = strawberry.field(description="Requested number of images.")
    style: str | None = strawberry.field(description="ID of the model's style, if any.")
    operation: GenerationOperation = strawberry.field(description="What the generation does.")
    source_image_id: strawberry.ID | None = strawberry.field(
        description="ID of the image that is changed, if it is an image of the studio."
    )
    source_upload_id: strawberry.ID | None = strawberry.field(
        description="ID of the upload that is changed, if the source was uploaded."
    )
    mask_upload_id: strawberry.ID | None = strawberry.field(
        description="ID of the upload of the mask; null unless INPAINT."
    )
    strength: float | None = strawberry.field(
        description="How much changes: 1 ignores the source. Null for TEXT_TO_IMAGE and UPSCALE."
    )
    mask_feather: int | None = strawberry.field(
        description="Width in pixels of the soft edge around the mask; null unless INPAINT or "
        "OUTPAINT."
    )
    outpaint: Outpaint | None = strawberry.field(
        description="By how much the source is extended; null unless OUTPAINT."
    )
    upscale_factor: int | None = strawberry.field(description="2 or 4; null unless UPSCALE.")
    images: list[Image] = strawberry.field(description="The images; empty unless SUCCEEDED.")
    progress: Progress | None = strawberry.field(
        description="Sent to subscribers while a streaming model is running; otherwise null."
    )
    waiting_reason: GenerationWaitingReason | None = strawberry.field(
        description="Why it is in the queue again after an attempt."
    )
    failure: Failure | None = strawberry.field(description="Why it failed; null unless FAILED.")
    favorite: bool = strawberry.field(description="Whether it is a favorite.")
    boards: list[strawberry.ID] = strawberry.field(
        description="IDs of the boards it is on. Ignore IDs that are not in `boards`: those boards "
        "were deleted."
    )
    created_at: datetime = strawberry.field(description="When the request was accepted.")
    started_at: datetime | None = strawberry.field(description="When its first attempt started.")
    finished_at: datetime | None = strawberry.field(description="When it reached a final state.")
    trashed_at: datetime | None = strawberry.field(description="When it was moved to the trash.")
    estimated_cost: float = strawberry.field(
        description="Estimated cost in US dollars, from the model's price."
    )
    timeline: list[TimelineEntry] = strawberry.field(description="Processing steps in order.")
    _record: strawberry.Private[domain.Generation]
    _links: strawberry.Private[ImageLinks]

    @strawberry.field(
        description="Link to the source, which is kept with the generation; null before the "
        "first attempt and for TEXT_TO_IMAGE. It expires like the links of images."
    )
    def source_url(self) -> str | None:
        record = self._record
        if record.request.edit is None or record.started_at is None:
            return None
        return self._links.absolute(self._links.sign(source_key(record.owner, record.id)))

    @strawberry.field(description="Link to the mask, like `sourceUrl`; null unless INPAINT.")
    def mask_url(self) -> str | None:
        record, edit = self._record, self._record.request.edit
        if edit is None or edit.mask is None or record.started_at is None:
            return None
        return self._links.absolute(self._links.sign(mask_key(record.owner, record.id)))

    # Not a coroutine function: most generations of a page are not queued, and a coroutine
    # for each of them takes longer than all their other fields.
    @strawberry.field(
        graphql_type=int | None,
        description="Position in the queue; 1 is next. Null if not queued or unknown.",
    )
    def queue_position(self, info: StudioInfo) -> Awaitable[int | None] | None:
        if self._record.status is not domain.Status.QUEUED:
            return None
        return _queue_position(info.context, self._record)

    @classmethod
    def from_event(cls, event: GenerationEvent, links: ImageLinks) -> "Generation":
        """Convert the generation of an event, with its progress if it has any."""
        record = event.generation
        request = record.request
        edit = edit_fields(request)
        return cls(
            id=strawberry.ID(record.id),
            owner=strawberry.ID(record.owner),
            parent_id=None if record.parent_id is None else strawberry.ID(record.parent_id),
            status=record.status,
            version=record.version,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            model=request.model,
            width=request.width,
            height=request.height,
            steps=request.steps,
            guidance_scale=request.guidance_scale,
            seed=request.seed,
            count=request.count,
            style=request.style,
            operation=request.operation,
            source_image_id=edit.source_image_id,
            source_upload_id=edit.source_upload_id,
            mask_upload_id=edit.mask_upload_id,
            strength=edit.strength,
            mask_feather=edit.mask_feather,
            outpaint=edit.outpaint,
            upscale_factor=edit.upscale_factor,
            images=[
                Image.from_domain(image, links, record.id, index)
                for index, image in enumerate(record.images)
            ],
            progress=_progress(event, links),
            waiting_reason=record.waiting_reason,
            failure=_failure(record),
            favorite=record.favorite,
            boards=[strawberry.ID(board) for board in record.boards],
            created_at=record.created_at,
            started_at=record.started_at,
            finished_at=record.finished_at,
            trashed_at=record.trashed_at,
            estimated_cost=record.estimated_cost,
            timeline=[
                TimelineEntry(
                    at=entry.at,
                    component=entry.component,
                    step=entry.step,
                    milliseconds=entry.milliseconds,
                )
                for entry in record.timeline
            ],
            _record=record,
            _links=links,
        )


async def _queue_position(context: StudioContext, record: domain.Generation) -> int | None:
    await context.take_turn()
    return await context.studio.history.queue_position(record)


def _progress(event: GenerationEvent, links: ImageLinks) -> Progress | None:
    progress = event.progress
    if progress is None:
        return None
    return Progress(
        attempt=progress.attempt,
        step=progress.step,
        steps=progress.steps,
        preview_url=progress.preview_key and links.absolute(links.sign(progress.preview_key)),
    )


def _failure(record: domain.Generation) -> Failure | None:
    failure = record.failure
    if failure is None:
        return None
    return Failure(code=failure.code, message=failure.message, retryable=failure.retryable)
