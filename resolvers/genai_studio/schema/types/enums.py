"""The domain's enums with GraphQL names and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from genai_studio.domain.catalog import SpeedClass
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import ErrorCode
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Status, WaitingReason
from genai_studio.ports import CredentialStatus
from genai_studio.schema.strawberry_internals import describe_enum_values


def _define(enum: type[Enum], name: str, description: str, values: Mapping[Any, str]) -> None:
    """Define a GraphQL enum from a domain enum; every value must have a description."""
    describe_enum_values(strawberry.enum(enum, name=name, description=description), values)


_define(
    Status,
    "GenerationStatus",
    "The state of a generation.",
    {
        Status.QUEUED: "Accepted and waiting in the queue.",
        Status.RUNNING: "A worker is processing it.",
        Status.SUCCEEDED: "Final: the images are available.",
        Status.FAILED: "Final: `failure` says why.",
        Status.CANCELED: "Final: its owner canceled it.",
    },
)
GenerationStatus = Status

_define(
    WaitingReason,
    "WaitingReason",
    "Why a generation is in the queue again after an attempt.",
    {
        WaitingReason.ENDPOINT_WARMING: "The endpoint is starting.",
        WaitingReason.ENDPOINT_THROTTLED: "The endpoint is overloaded.",
        WaitingReason.RETRY: "The endpoint failed. Retrying.",
        WaitingReason.WORKER_LOST: "Worker lost. Retrying on another worker.",
    },
)
GenerationWaitingReason = WaitingReason

_define(
    FailureCode,
    "FailureCode",
    "The machine-readable reason why a generation failed.",
    {
        FailureCode.ENDPOINT_BAD_RESPONSE: "The endpoint returned an invalid response.",
        FailureCode.ENDPOINT_REJECTED: "The endpoint rejected the input.",
        FailureCode.ENDPOINT_WARMING: "The endpoint did not start in time.",
        FailureCode.ENDPOINT_THROTTLED: "The endpoint stayed overloaded for too long.",
        FailureCode.ENDPOINT_TIMEOUT: "The endpoint did not respond in time.",
        FailureCode.ENDPOINT_UNAVAILABLE: "The endpoint is unreachable or failed.",
        FailureCode.ENDPOINT_ACCESS_DENIED: "The studio is not permitted to call the endpoint.",
        FailureCode.MODEL_UNAVAILABLE: "The model is broken or cannot be loaded.",
        FailureCode.CONTENT_FILTERED: "The model's content filter blocked the result.",
        FailureCode.SOURCE_MISSING: "Source or mask was deleted before the first attempt.",
        FailureCode.STORAGE_FAILED: "The images could not be stored.",
        FailureCode.DEADLINE_EXCEEDED: "The generation did not finish before its deadline.",
        FailureCode.UNDELIVERABLE: "It could not be delivered to a worker.",
        FailureCode.INTERNAL: "A bug in the studio. The server log has details.",
    },
)
GenerationFailureCode = FailureCode

_define(
    ErrorCode,
    "UserErrorCode",
    "The machine-readable reason why a request was rejected.",
    {
        ErrorCode.INVALID_INPUT: "A field exceeds a limit; `path` names it.",
        ErrorCode.UNKNOWN_MODEL: "The model does not exist.",
        ErrorCode.INVALID_UPLOAD: "The uploaded file is damaged, too large or of another type.",
        ErrorCode.NOT_FOUND: "The caller has no such generation, image, upload or board.",
        ErrorCode.IDEMPOTENCY_CONFLICT: "The clientRequestId was already used with another input.",
        ErrorCode.QUOTA_EXCEEDED: "The daily quota is used up.",
        ErrorCode.TOO_MANY_UNFINISHED: "The user has too many unfinished generations.",
        ErrorCode.RATE_LIMITED: "Too many requests in a short time.",
        ErrorCode.NOT_CANCELABLE: "The generation is already in a final state.",
        ErrorCode.NOT_RETRYABLE: "Only FAILED and CANCELED generations can be retried.",
        ErrorCode.NOT_TRASHED: "Only generations in the trash can be purged.",
        ErrorCode.NAME_TAKEN: "Another board of the caller has this name.",
        ErrorCode.TOO_MANY_BOARDS: "The caller has, or a generation is on, too many boards.",
        ErrorCode.DRAFT_UNSUPPORTED: "The model does not support drafts.",
        ErrorCode.DRAFT_SUPERSEDED: "A newer draft of the caller replaced it.",
        ErrorCode.ENDPOINT_FAILED: "The endpoint failed to generate the draft.",
    },
)
UserErrorCode = ErrorCode

_define(
    Operation,
    "GenerationOperation",
    "What a generation does.",
    {
        Operation.TEXT_TO_IMAGE: "Make an image from the prompt alone.",
        Operation.IMAGE_TO_IMAGE: "Change the whole source by the prompt.",
        Operation.INPAINT: "Change the source where the mask is white.",
        Operation.OUTPAINT: "Extend the source beyond its edges.",
        Operation.UPSCALE: "Enlarge the source.",
    },
)
GenerationOperation = Operation

_define(
    SpeedClass,
    "ModelSpeed",
    "The speed class of a model.",
    {
        SpeedClass.FAST: "About one second per image; supports drafts.",
        SpeedClass.STANDARD: "More than a second per image.",
    },
)
ModelSpeed = SpeedClass

_define(
    CredentialStatus,
    "ImageCredentialStatus",
    "Result of the validation of Content Credentials (C2PA).",
    {
        CredentialStatus.TRUSTED: "Unchanged since this studio signed it.",
        CredentialStatus.VALID: "Unchanged since it was signed, by a signer that is not trusted.",
        CredentialStatus.INVALID: "Changed after it was signed, or wrongly signed.",
        CredentialStatus.ABSENT: "Not signed.",
    },
)
ImageCredentialStatus = CredentialStatus
