"""Errors of the serving container, and how each of its two dialects tells them.

Callers of `/invocations` (SageMaker itself, or anybody beside the container)
get the plain HTTP status. Callers of the runtime's paths get what the
SageMaker runtime would have told them, so that boto3 raises its own typed
exceptions: the type stands in the header `x-amzn-errortype`
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html).
"""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

RUNTIME_PREFIX = "/endpoints/"
_RUNTIME_CODES = {"ValidationError", "ThrottlingException", "AccessDeniedException"}


class InferenceError(Exception):
    """The base of every answer that is not an image.

    Attributes:
        status: HTTP status on `/invocations`.
        code: The type that the runtime's callers see, and programs read.
        message: For people; never holds a prompt.
        field: The request's field that is at fault, if one is.
    """

    status = 500
    code = "ModelError"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInvocation(InferenceError):
    """The request is not one that can be worked on."""

    status = 400
    code = "ValidationError"


class UnknownEndpoint(InvalidInvocation):
    """No model is served under this name."""

    status = 404


class BodyTooLarge(InvalidInvocation):
    """The body exceeds what SageMaker would let through."""

    status = 413


class AccessDenied(InferenceError):
    """The request is not signed with this process's access key."""

    status = 403
    code = "AccessDeniedException"


class Busy(InferenceError):
    """Every slot is taken and enough callers are waiting."""

    status = 429
    code = "ThrottlingException"


class SamplingFailed(InferenceError):
    """The pipeline raised; the log says where."""


class HeldBack(InferenceError):
    """The model's own content filter held the image back."""

    status = 422
    code = "ContentFiltered"


class ModelUnavailable(InferenceError):
    """The model cannot be loaded, and trying again will not change that."""

    status = 501
    code = "ModelUnavailable"


def answer(request: Request, error: Exception) -> Response:
    """The response to an error, in the dialect of the path that was asked."""
    if not isinstance(error, InferenceError):
        raise error
    content: dict[str, object] = {"code": error.code, "message": error.message}
    if error.field is not None:
        content["field"] = error.field
    if not request.url.path.startswith(RUNTIME_PREFIX):
        return JSONResponse(content, error.status)
    if error.code not in _RUNTIME_CODES:
        # The runtime passes on what the container said, as text.
        original = json.dumps(content, ensure_ascii=False)
        content = {
            "Message": error.message,
            "OriginalStatusCode": error.status,
            "OriginalMessage": original,
        }
        return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})
    status = 400 if error.status in (404, 413) else error.status
    return JSONResponse(content, status, headers={"x-amzn-errortype": error.code})


def answer_http(request: Request, error: Exception) -> Response:
    """The response to an error that Starlette raised, as JSON like every other."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(
        {"code": "HttpError", "message": error.detail}, error.status_code, error.headers
    )
