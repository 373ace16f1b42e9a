"""Every error the studio raises on purpose.

Anything else that escapes is a bug: hosts mask it and log where it happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from genai_studio.domain.failure import Failure, FailureCode


class ErrorCode(StrEnum):
    """What went wrong with a request, for programs (`UserError.code`)."""

    INVALID_INPUT = "INVALID_INPUT"
    UNKNOWN_MODEL = "UNKNOWN_MODEL"
    NOT_FOUND = "NOT_FOUND"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    NOT_CANCELABLE = "NOT_CANCELABLE"
    NOT_RETRYABLE = "NOT_RETRYABLE"
    NOT_TRASHED = "NOT_TRASHED"
    DRAFT_UNSUPPORTED = "DRAFT_UNSUPPORTED"
    DRAFT_SUPERSEDED = "DRAFT_SUPERSEDED"
    ENDPOINT_FAILED = "ENDPOINT_FAILED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in the input.

    Attributes:
        code: For programs.
        message: For people: what is wrong and what would be right.
        path: The way to the field in the mutation's arguments.
    """

    code: ErrorCode
    message: str
    path: tuple[str, ...]


class StudioError(Exception):
    """The base of every deliberate error."""


class Refused(StudioError):
    """An expected failure of a request: shown to its sender as data."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class InvalidInput(Refused):
    """The input breaks a limit; `problems` names every field that does."""


class UnknownModel(Refused):
    """The catalog holds no such model."""

    def __init__(self, model: str, known: tuple[str, ...]) -> None:
        super().__init__(
            Problem(
                ErrorCode.UNKNOWN_MODEL,
                f"There is no model “{model}”. Choose one of: {', '.join(known)}.",
                ("input", "model"),
            )
        )


class NotFound(Refused):
    """Nothing of the caller's has this id."""

    def __init__(self, path: tuple[str, ...] = ("id",)) -> None:
        super().__init__(Problem(ErrorCode.NOT_FOUND, "No generation of yours has this id.", path))


class IdempotencyConflict(Refused):
    """The same `clientRequestId` was used before for another input."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "This clientRequestId was already used for another input. Send a new one.",
                ("input", "clientRequestId"),
            )
        )


class QuotaExceeded(Refused):
    """The day's images are used up."""

    def __init__(self, limit: int, left: int, *, whole_studio: bool = False) -> None:
        whose = "This studio" if whole_studio else "You"
        super().__init__(
            Problem(
                ErrorCode.QUOTA_EXCEEDED,
                f"{whose} may make {limit} images a day and {max(left, 0)} are left. "
                "The count starts again at midnight UTC.",
                ("input", "count"),
            )
        )


class RateLimited(Refused):
    """Too many requests of one kind in a short time."""

    def __init__(self, message: str) -> None:
        super().__init__(Problem(ErrorCode.RATE_LIMITED, message, ()))


class Unauthenticated(StudioError):
    """The access token is missing, malformed, expired or not ours."""


class EndpointError(StudioError):
    """The model endpoint did not make the images.

    Attributes:
        failure: What is stored when no attempt is left.
    """

    def __init__(self, code: FailureCode, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.failure = Failure(code, message, retryable)


class EndpointCanceled(StudioError):
    """The call was given up because its generation was canceled or taken over."""


class VersionConflict(StudioError):
    """Somebody else changed the record since it was read: read it again."""


class ClaimRefused(StudioError):
    """The generation cannot be claimed now.

    Attributes:
        until: When it may be worth another try; None when never.
    """

    def __init__(self, message: str, until: datetime | None) -> None:
        super().__init__(message)
        self.until = until


class StaleFence(StudioError):
    """A later claim, or the end, took the generation from this worker."""


class ImageExists(StudioError):
    """An object is already stored under this key; it was left as it is."""


class ImageMissing(StudioError):
    """No object is stored under this key."""


class SubscriberTooSlow(StudioError):
    """The subscriber's queue is full: it is closed, and should ask again."""


class StudioUnavailable(StudioError):
    """A part the studio needs cannot be had now; the message says which."""
