"""A generation: one request for images, from acceptance to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from genai_studio.domain.failure import Failure
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import Image
from genai_studio.domain.request import ImageRequest


class Status(StrEnum):
    """Where a generation stands; the last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"

    @property
    def final(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self in (Status.SUCCEEDED, Status.FAILED, Status.CANCELED)


class WaitingReason(StrEnum):
    """Why a QUEUED generation that was already tried waits again."""

    ENDPOINT_WARMING = "ENDPOINT_WARMING"
    ENDPOINT_THROTTLED = "ENDPOINT_THROTTLED"
    RETRY = "RETRY"
    WORKER_LOST = "WORKER_LOST"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step on the way of a generation, for `genai-studio explain`.

    Attributes:
        at: When it ended.
        component: Who did it: api, worker, endpoint, images or sweeper.
        step: What was done, in a few words.
        milliseconds: How long it took; None for a moment.
    """

    at: datetime
    component: str
    step: str
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class GenerationRef:
    """The address of a generation: all that a queue message carries."""

    owner: Owner
    id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running attempt is. Told to subscribers, never stored.

    Attributes:
        attempt: The claim's fence, so that an old attempt cannot overwrite a new one.
        step: Steps done, over all images of the request.
        steps: Steps in all.
        preview_key: Object key of the newest small preview, or None.
    """

    attempt: int
    step: int
    steps: int
    preview_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The record that is also the queue. Changed only by `state_machine`.

    Attributes:
        id: UUIDv7, so ids sort by time of acceptance.
        version: Raised by one with every stored change.
        parent_id: The generation it was made from, or None.
        fence: Counts claims; a writer with an older fence is refused.
        failures: Errors of the endpoint so far.
        lease_expires_at: Until when the claim holds, while RUNNING.
        not_before: While QUEUED, no claim earlier than this.
        deadline_at: Set by the first claim; after it the generation fails.
        quota_day: ISO date (UTC) on whose counters `quota_held` images lie.
        estimated_cost: US dollars, from the model's price.
    """

    id: str
    owner: Owner
    version: int
    status: Status
    request: ImageRequest
    client_request_id: str
    parent_id: str | None
    images: tuple[Image, ...]
    failure: Failure | None
    waiting_reason: WaitingReason | None
    favorite: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    trashed_at: datetime | None
    fence: int
    failures: int
    lease_expires_at: datetime | None
    not_before: datetime | None
    deadline_at: datetime | None
    quota_day: str
    quota_held: int
    estimated_cost: float
    timeline: tuple[TimelineEntry, ...]

    @property
    def ref(self) -> GenerationRef:
        """Its address."""
        return GenerationRef(self.owner, self.id)

    @property
    def due_at(self) -> datetime | None:
        """When the sweeper should look at it; None when it needs no clock."""
        if self.status is Status.RUNNING:
            times = (self.lease_expires_at, self.deadline_at)
        elif self.status is Status.QUEUED:
            times = (self.not_before, self.deadline_at)
        else:
            return None
        return min((time for time in times if time is not None), default=None)
