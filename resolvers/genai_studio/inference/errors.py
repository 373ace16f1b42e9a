"""Errors of the serving container and their HTTP responses.

There are two kinds of callers. Callers of `/invocations` (SageMaker itself, or
another program in the container's network) get the plain HTTP status. Callers
of the runtime's paths get the response of the SageMaker runtime, so that boto3
raises its typed exceptions: the header `x-amzn-errortype` holds the type
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
    """Base class of the container's errors.

    Attributes:
        status: HTTP status on `/invocations`.
        code: Machine-readable type of the error.
        message: Text for people. Never contains a prompt.
        field: Name of the invalid request field, if there is one.
    """

    status = 500
    code = "ModelError"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInvocation(InferenceError):
    """The request is invalid."""

    status = 400
    code = "ValidationError"


class UnknownEndpoint(InvalidInvocation):
    """No model is served under the requested name."""

    status = 404


class BodyTooLarge(InvalidInvocation):
    """The body exceeds `limits.MAX_BODY_BYTES`."""

    status = 413


class AccessDenied(InferenceError):
    """The request is not signed with the access key of this process."""

    status = 403
    code = "AccessDeniedException"


class Busy(InferenceError):
    """All slots are in use and the queue is full."""

    status = 429
    code = "ThrottlingException"


class SamplingFailed(InferenceError):
    """The pipeline raised an exception. The log holds its stack trace."""


class ImageBlocked(InferenceError):
    """The model's content filter blocked the image."""

    status = 422
    code = "ContentFiltered"


class ModelUnavailable(InferenceError):
    """The model cannot be loaded or cannot draw a valid image. Retrying does not help."""

    status = 501
    code = "ModelUnavailable"


def error_response(request: Request, error: Exception) -> Response:
    """Build the response to an `InferenceError`, in the format of the requested path."""
    if not isinstance(error, InferenceError):
        raise error
    content: dict[str, object] = {"code": error.code, "message": error.message}
    if error.field is not None:
        content["field"] = error.field
    if not request.url.path.startswith(RUNTIME_PREFIX):
        return JSONResponse(content, error.status)
    if error.code not in _RUNTIME_CODES:
        # The runtime passes the container's response on as text.
        original = json.dumps(content, ensure_ascii=False)
        content = {
            "Message": error.message,
            "OriginalStatusCode": error.status,
            "OriginalMessage": original,
        }
        return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})
    status = 400 if error.status in (404, 413) else error.status
    return JSONResponse(content, status, headers={"x-amzn-errortype": error.code})


def http_error_response(request: Request, error: Exception) -> Response:
    """Build the JSON response to an `HTTPException` that Starlette raised."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(
        {"code": "HttpError", "message": error.detail}, error.status_code, error.headers
    )
