"""Reasons why a generation failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureCode(StrEnum):
    """Machine-readable failure codes."""

    ENDPOINT_BAD_RESPONSE = "ENDPOINT_BAD_RESPONSE"
    ENDPOINT_REJECTED = "ENDPOINT_REJECTED"
    ENDPOINT_WARMING = "ENDPOINT_WARMING"
    ENDPOINT_THROTTLED = "ENDPOINT_THROTTLED"
    ENDPOINT_TIMEOUT = "ENDPOINT_TIMEOUT"
    ENDPOINT_UNAVAILABLE = "ENDPOINT_UNAVAILABLE"
    ENDPOINT_ACCESS_DENIED = "ENDPOINT_ACCESS_DENIED"
    MODEL_UNAVAILABLE = "MODEL_UNAVAILABLE"
    CONTENT_FILTERED = "CONTENT_FILTERED"
    SOURCE_MISSING = "SOURCE_MISSING"
    STORAGE_FAILED = "STORAGE_FAILED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    UNDELIVERABLE = "UNDELIVERABLE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Failure:
    """The stored reason of a FAILED generation.

    Attributes:
        code: Machine-readable.
        message: Human-readable. Never contains a prompt, a secret or a traceback.
        retryable: Whether a retry of the same request may succeed.
    """

    code: FailureCode
    message: str
    retryable: bool
