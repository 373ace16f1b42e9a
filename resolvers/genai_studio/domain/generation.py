"""The generation record: one request for images, its state and its results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from genai_studio.domain.failure import Failure
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import Image
from genai_studio.domain.request import ImageRequest

RESEND_AFTER = timedelta(minutes=5)
"""Shortest wait for a claim after which a generation is sent to the queue again. Each
further wait is as long as all before it, so that a long queue gets few messages twice."""


class Status(StrEnum):
    """State of a generation. The last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"

    @property
    def final(self) -> bool:
        """Whether the state can no longer change."""
        return self in (Status.SUCCEEDED, Status.FAILED, Status.CANCELED)


class WaitingReason(StrEnum):
    """Why a QUEUED generation waits for another attempt."""

    ENDPOINT_WARMING = "ENDPOINT_WARMING"
    ENDPOINT_THROTTLED = "ENDPOINT_THROTTLED"
    RETRY = "RETRY"
    WORKER_LOST = "WORKER_LOST"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step in the life of a generation, shown by `genai-studio explain`.

    Attributes:
        at: When the step ended.
        component: api, worker, endpoint, images or sweeper.
        step: A short description.
        milliseconds: Duration. None for an instantaneous step.
    """

    at: datetime
    component: str
    step: str
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class GenerationRef:
    """The key of a generation. Queue messages contain nothing else."""

    owner: Owner
    id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a running attempt. Published to subscribers, never stored.

    Attributes:
        attempt: The claim's fencing token. Clients discard progress of older attempts.
        step: Completed steps over all images of the request.
        steps: Total steps.
        preview_key: Object key of the latest preview, or None.
    """

    attempt: int
    step: int
    steps: int
    preview_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The stored record, which is also the queue. Only `state_machine` changes it.

    Attributes:
        id: UUIDv7. IDs sort by creation time.
        version: Incremented by every stored change.
        parent_id: The generation this one was created from, or None.
        started_at: When it was first claimed.
        claimed_at: When it was last claimed.
        fence: Fencing token: the number of claims. Writes with an older token are refused.
        failures: Number of endpoint errors so far.
        lease_expires_at: While RUNNING, when the claim expires.
        not_before: While QUEUED, the earliest time for the next claim.
        resend_at: While QUEUED and claimable, when it is sent to the queue again because
            the message may be lost. None where the record itself is the queue.
        deadline_at: Set by the first claim. The generation fails at this time.
        quota_day: ISO date (UTC) of the quota counters that include `quota_held` images.
        estimated_cost: US dollars, from the model's price.
        boards: IDs of the boards it is on, in the order in which it was added. Boards
            deleted since then may be among them.
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
    claimed_at: datetime | None
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
    resend_at: datetime | None = None
    boards: tuple[str, ...] = ()

    @property
    def ref(self) -> GenerationRef:
        """The key of this generation."""
        return GenerationRef(self.owner, self.id)

    def held_by(self, fence: int) -> bool:
        """Return whether the claim with this fencing token is current."""
        return self.status is Status.RUNNING and self.fence == fence

    def finished_by(self, fence: int) -> bool:
        """Return whether the claim with this fencing token stored the images."""
        return self.status is Status.SUCCEEDED and self.fence == fence

    def is_resend_due(self, now: datetime) -> bool:
        """Return whether it must be sent to the queue again, as its message may be lost."""
        claimable = self.status is Status.QUEUED and self.not_before is None
        return claimable and self.resend_at is not None and self.resend_at <= now

    def next_resend(self, now: datetime) -> datetime | None:
        """Return the value of `resend_at` after a message was sent."""
        if self.resend_at is None:
            return None
        return now + max(now - self.created_at, RESEND_AFTER)

    @property
    def due_at(self) -> datetime | None:
        """When the sweeper must process this generation. None if no time limit applies."""
        if self.status is Status.RUNNING:
            times = (self.lease_expires_at, self.deadline_at)
        elif self.status is Status.QUEUED:
            times = (self.not_before or self.resend_at, self.deadline_at)
        else:
            return None
        return min((time for time in times if time is not None), default=None)
