"""The exceptions of the studio.

Hosts treat any other exception as a bug: they mask its message and log its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from genai_studio.domain.failure import Failure, FailureCode


class ErrorCode(StrEnum):
    """Machine-readable error codes (`UserError.code`)."""

    INVALID_INPUT = "INVALID_INPUT"
    UNKNOWN_MODEL = "UNKNOWN_MODEL"
    INVALID_UPLOAD = "INVALID_UPLOAD"
    NOT_FOUND = "NOT_FOUND"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    TOO_MANY_UNFINISHED = "TOO_MANY_UNFINISHED"
    RATE_LIMITED = "RATE_LIMITED"
    NOT_CANCELABLE = "NOT_CANCELABLE"
    NOT_RETRYABLE = "NOT_RETRYABLE"
    NOT_TRASHED = "NOT_TRASHED"
    NAME_TAKEN = "NAME_TAKEN"
    TOO_MANY_BOARDS = "TOO_MANY_BOARDS"
    DRAFT_UNSUPPORTED = "DRAFT_UNSUPPORTED"
    DRAFT_SUPERSEDED = "DRAFT_SUPERSEDED"
    ENDPOINT_FAILED = "ENDPOINT_FAILED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with a request.

    Attributes:
        code: Machine-readable.
        message: Human-readable: what is wrong and what is accepted.
        path: Path to the field in the mutation's arguments.
    """

    code: ErrorCode
    message: str
    path: tuple[str, ...]


class StudioError(Exception):
    """Base class of the studio's exceptions."""


class Refused(StudioError):
    """A request was refused. The client receives the problems as data."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class InvalidInput(Refused):
    """The input is invalid. `problems` has one entry per invalid field."""


class UnknownModel(Refused):
    """The catalog has no such model."""

    def __init__(self, model: str, known: tuple[str, ...]) -> None:
        super().__init__(
            Problem(
                ErrorCode.UNKNOWN_MODEL,
                f"Unknown model “{model}”. Choose one of: {', '.join(known)}.",
                ("input", "model"),
            )
        )


class NotFound(Refused):
    """The caller has no generation, image, upload or board with this ID."""

    def __init__(self, path: tuple[str, ...] = ("id",), what: str = "Generation") -> None:
        super().__init__(Problem(ErrorCode.NOT_FOUND, f"{what} not found.", path))


class UploadNotFound(Refused):
    """The caller has no usable upload with this ID."""

    def __init__(self, path: tuple[str, ...], *, expired: bool = False) -> None:
        message = (
            "The upload has expired. Upload the file again."
            if expired
            else "Upload not found. Send the file to the URL from `createUpload` first."
        )
        super().__init__(Problem(ErrorCode.NOT_FOUND, message, path))


class IdempotencyConflict(Refused):
    """The `clientRequestId` was already used with other input."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "`clientRequestId` was already used with other input. Use a new one.",
                ("input", "clientRequestId"),
            )
        )


class QuotaExceeded(Refused):
    """The daily quota is used up."""

    def __init__(self, limit: int, left: int, *, whole_studio: bool = False) -> None:
        scope = "This studio" if whole_studio else "Your account"
        super().__init__(
            Problem(
                ErrorCode.QUOTA_EXCEEDED,
                f"{scope} has {max(left, 0)} of {limit} images left today. "
                "The quota resets at midnight UTC.",
                ("input", "count"),
            )
        )


class TooManyUnfinished(Refused):
    """The user has as many unfinished generations as allowed."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            Problem(
                ErrorCode.TOO_MANY_UNFINISHED,
                f"Your account may have at most {limit} unfinished generations. "
                "Wait until one of them finishes, or cancel one.",
                ("input",),
            )
        )


class UploadQuotaExceeded(Refused):
    """The user uploaded too much today."""

    def __init__(self, limit: int, path: tuple[str, ...]) -> None:
        message = (
            f"Your account has used its {limit // 10**9} GB of uploads for today. "
            "The limit resets at midnight UTC."
        )
        super().__init__(Problem(ErrorCode.QUOTA_EXCEEDED, message, path))


class RateLimited(Refused):
    """Too many requests in a short time."""

    def __init__(self, message: str) -> None:
        super().__init__(Problem(ErrorCode.RATE_LIMITED, message, ()))


class Unauthenticated(StudioError):
    """The access token is missing, malformed, expired or from another issuer."""


class InvalidUpload(StudioError):
    """An uploaded file is not an image that the studio accepts. The message says why."""


class EndpointError(StudioError):
    """The model endpoint failed.

    Attributes:
        failure: The failure to store if no attempt is left.
    """

    def __init__(self, code: FailureCode, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.failure = Failure(code, message, retryable)


class EndpointLost(EndpointError):
    """The process that served the call ended. That says nothing about the request."""

    def __init__(self) -> None:
        super().__init__(
            FailureCode.ENDPOINT_UNAVAILABLE,
            "The inference process ended during the call.",
            retryable=True,
        )


class EndpointCanceled(StudioError):
    """The call was stopped because the generation was canceled or claimed by another worker."""


class VersionConflict(StudioError):
    """The record changed since it was read. Read it again."""


class ClaimRefused(StudioError):
    """The generation cannot be claimed or changed.

    Attributes:
        until: The earliest time for another attempt. None if the generation is final.
    """

    def __init__(self, message: str, until: datetime | None) -> None:
        super().__init__(message)
        self.until = until


class StaleFence(StudioError):
    """The worker no longer holds the claim on the generation."""


class ImageExists(StudioError):
    """An object with this key exists. It is unchanged."""


class ImageMissing(StudioError):
    """No object has this key."""


class SubscriberTooSlow(StudioError):
    """The event queue of the subscriber is full. The subscription is closed."""


class StudioUnavailable(StudioError):
    """A required component or setting is unavailable. The message names it."""
