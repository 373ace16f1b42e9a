"""`Generation`: one request for images, from acceptance to its end."""

from datetime import datetime

import strawberry

from genai_studio.domain import generation as domain
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.directives import PUBLISHED
from genai_studio.schema.roots.links import Links
from genai_studio.schema.types.enums import (
    GenerationFailureCode,
    GenerationStatus,
    GenerationWaitingReason,
)
from genai_studio.schema.types.image import Image


@strawberry.type(
    directives=PUBLISHED,
    description="How far a running attempt is. Never stored: only subscribers see it.",
)
class Progress:
    attempt: int = strawberry.field(description="Counts attempts; a higher one is newer.")
    step: int = strawberry.field(description="Steps done, over all images of the request.")
    steps: int = strawberry.field(description="Steps in all.")
    preview_url: str | None = strawberry.field(
        description="A small image of what there is so far; null when none was made."
    )


@strawberry.type(directives=PUBLISHED, description="Why a generation failed.")
class Failure:
    code: GenerationFailureCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people.")
    retryable: bool = strawberry.field(description="Whether trying again may help.")


@strawberry.type(directives=PUBLISHED, description="One step on the way of a generation.")
class TimelineEntry:
    at: datetime = strawberry.field(description="When it ended.")
    component: str = strawberry.field(
        description="Who did it: api, worker, endpoint, images or sweeper."
    )
    step: str = strawberry.field(description="What was done.")
    milliseconds: int | None = strawberry.field(description="How long it took; null for a moment.")


@strawberry.type(directives=PUBLISHED, description="A request for images and what became of it.")
class Generation:
    id: strawberry.ID = strawberry.field(description="UUIDv7: ids sort by time of acceptance.")
    owner: strawberry.ID = strawberry.field(description="The id of the person it belongs to.")
    parent_id: strawberry.ID | None = strawberry.field(
        description="The generation it was made from, if any."
    )
    status: GenerationStatus = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(
        description="Rises with every stored change: keep the record with the highest."
    )
    prompt: str = strawberry.field(description="What the image should show.")
    negative_prompt: str = strawberry.field(description="What it should not show; may be empty.")
    model: str = strawberry.field(description="Id of the model.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    steps: int = strawberry.field(description="Denoising steps.")
    guidance_scale: float = strawberry.field(description="How closely it follows the prompt.")
    seed: int = strawberry.field(description="Seed of the first image; the next add 1 each.")
    count: int = strawberry.field(description="Images asked for.")
    style: str | None = strawberry.field(description="Id of the model's style, if any.")
    images: list[Image] = strawberry.field(description="The images; empty until it SUCCEEDED.")
    progress: Progress | None = strawberry.field(
        description="Only told to subscribers, while an endpoint that streams is at work."
    )
    waiting_reason: GenerationWaitingReason | None = strawberry.field(
        description="Why it waits in the queue after having been tried."
    )
    failure: Failure | None = strawberry.field(description="Why it FAILED.")
    favorite: bool = strawberry.field(description="Whether its owner marked it.")
    created_at: datetime = strawberry.field(description="When it was accepted.")
    started_at: datetime | None = strawberry.field(description="When its first attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it came to its end.")
    trashed_at: datetime | None = strawberry.field(description="When it was put into the trash.")
    estimated_cost: float = strawberry.field(description="US dollars, from the model's price.")
    timeline: list[TimelineEntry] = strawberry.field(description="What was done, in order.")
    _record: strawberry.Private[domain.Generation]

    @strawberry.field(
        description="1 when it is served next; null when it is not queued or cannot be known."
    )
    async def queue_position(self, info: StudioInfo) -> int | None:
        if self._record.status is not domain.Status.QUEUED:
            return None
        return await info.context.studio.history.queue_position(self._record)

    @classmethod
    def of(cls, event: GenerationEvent, links: Links) -> "Generation":
        """The record and, of an event, its progress."""
        record = event.generation
        request = record.request
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
            images=[
                Image.of(image, links, record.id, index)
                for index, image in enumerate(record.images)
            ],
            progress=_progress(event, links),
            waiting_reason=record.waiting_reason,
            failure=_failure(record),
            favorite=record.favorite,
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
        )


def _progress(event: GenerationEvent, links: Links) -> Progress | None:
    progress = event.progress
    if progress is None:
        return None
    return Progress(
        attempt=progress.attempt,
        step=progress.step,
        steps=progress.steps,
        preview_url=progress.preview_key and links.sign(progress.preview_key).url,
    )


def _failure(record: domain.Generation) -> Failure | None:
    failure = record.failure
    if failure is None:
        return None
    return Failure(code=failure.code, message=failure.message, retryable=failure.retryable)
