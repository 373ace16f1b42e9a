"""Domain enums under their GraphQL names, each value described."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from genai_studio.domain.catalog import SpeedClass
from genai_studio.domain.errors import ErrorCode
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Status, WaitingReason


def _publish(enum: type[Enum], name: str, description: str, values: Mapping[Any, str]) -> None:
    """Make a domain enum part of the contract; a value without a description is an error."""
    published: Any = strawberry.enum(enum, name=name, description=description)
    for value in published.__strawberry_definition__.values:
        value.description = values[enum[value.name]]


_publish(
    Status,
    "GenerationStatus",
    "Where a generation stands.",
    {
        Status.QUEUED: "Accepted; waits for its turn.",
        Status.RUNNING: "A worker is at it.",
        Status.SUCCEEDED: "Final: its images are there.",
        Status.FAILED: "Final: `failure` says why.",
        Status.CANCELED: "Final: its owner stopped it.",
    },
)
GenerationStatus = Status

_publish(
    WaitingReason,
    "WaitingReason",
    "Why a generation that was already tried waits in the queue again.",
    {
        WaitingReason.ENDPOINT_WARMING: "The endpoint is starting.",
        WaitingReason.ENDPOINT_THROTTLED: "The endpoint has too much to do.",
        WaitingReason.RETRY: "The endpoint failed; it is tried again.",
        WaitingReason.WORKER_LOST: "The worker that had it is gone; another takes it.",
    },
)
GenerationWaitingReason = WaitingReason

_publish(
    FailureCode,
    "FailureCode",
    "Why a generation failed, for programs.",
    {
        FailureCode.ENDPOINT_BAD_RESPONSE: "The endpoint's answer cannot be understood.",
        FailureCode.ENDPOINT_REJECTED: "The endpoint does not accept this input.",
        FailureCode.ENDPOINT_WARMING: "The endpoint did not start in time.",
        FailureCode.ENDPOINT_THROTTLED: "The endpoint had too much to do for too long.",
        FailureCode.ENDPOINT_TIMEOUT: "The endpoint did not answer in time.",
        FailureCode.ENDPOINT_UNAVAILABLE: "The endpoint cannot be reached, or it failed.",
        FailureCode.ENDPOINT_ACCESS_DENIED: "The studio may not call the endpoint.",
        FailureCode.CONTENT_FILTERED: "The model's content filter refused it.",
        FailureCode.STORAGE_FAILED: "The images could not be stored.",
        FailureCode.DEADLINE_EXCEEDED: "No image came before the deadline.",
        FailureCode.UNDELIVERABLE: "It could not be handed to a worker.",
        FailureCode.INTERNAL: "A bug of the studio's; its operator's log says more.",
    },
)
GenerationFailureCode = FailureCode

_publish(
    ErrorCode,
    "UserErrorCode",
    "Why a request was refused, for programs.",
    {
        ErrorCode.INVALID_INPUT: "A field breaks a limit; `path` names it.",
        ErrorCode.UNKNOWN_MODEL: "There is no such model.",
        ErrorCode.NOT_FOUND: "Nothing of yours has this id.",
        ErrorCode.IDEMPOTENCY_CONFLICT: "The clientRequestId was used for another input.",
        ErrorCode.QUOTA_EXCEEDED: "The day's images are used up.",
        ErrorCode.RATE_LIMITED: "Too many requests in a short time.",
        ErrorCode.NOT_CANCELABLE: "It has come to its end already.",
        ErrorCode.NOT_RETRYABLE: "Only FAILED and CANCELED ones can be retried.",
        ErrorCode.NOT_TRASHED: "Only what lies in the trash can be purged.",
        ErrorCode.DRAFT_UNSUPPORTED: "This model draws no live drafts.",
        ErrorCode.DRAFT_SUPERSEDED: "A newer draft of yours took its place.",
        ErrorCode.ENDPOINT_FAILED: "The endpoint did not draw it.",
    },
)
UserErrorCode = ErrorCode

_publish(
    SpeedClass,
    "ModelSpeed",
    "How long an image takes.",
    {
        SpeedClass.FAST: "A second or so; draws live drafts.",
        SpeedClass.STANDARD: "Longer.",
    },
)
ModelSpeed = SpeedClass
