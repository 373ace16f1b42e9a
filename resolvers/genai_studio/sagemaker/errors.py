"""Translate errors of SageMaker, Amazon Bedrock and botocore into `EndpointError`.

The error codes are documented in the API references of both runtimes, “Errors” and “Common
Errors”:

- https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
- https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from botocore import exceptions as boto
from botocore.eventstream import ParserError as EventStreamParserError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import ReadTimeoutError as Urllib3ReadTimeout

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode as Code

_MAX_MESSAGE = 300
_WARMING = re.compile(
    r"no capacity|no instances|not ready|not in service|is creating", re.IGNORECASE
)
# SageMaker's `failureReason`: “… Received server error (500) from model …”.
_STATUS = re.compile(r"error \((?P<status>[1-5]\d\d)\)")
_TIMED_OUT = re.compile(r"timed? ?out|expired", re.IGNORECASE)

_MESSAGES = {
    Code.ENDPOINT_WARMING: "The endpoint is starting. This can take some minutes.",
    Code.ENDPOINT_THROTTLED: "The endpoint is busy and rejected the request.",
    Code.ENDPOINT_TIMEOUT: "The endpoint did not respond in time.",
    Code.ENDPOINT_UNAVAILABLE: "The endpoint is unreachable or failed.",
    Code.ENDPOINT_ACCESS_DENIED: "The endpoint rejected the studio's credentials.",
    Code.ENDPOINT_REJECTED: "The endpoint rejected the request.",
    Code.ENDPOINT_BAD_RESPONSE: "The endpoint's response is invalid.",
    Code.MODEL_UNAVAILABLE: "The model is broken or cannot be loaded.",
    Code.CONTENT_FILTERED: "The model's content filter blocked the image.",
}
_NOT_RETRYABLE = {
    Code.ENDPOINT_ACCESS_DENIED,
    Code.ENDPOINT_REJECTED,
    Code.MODEL_UNAVAILABLE,
    Code.CONTENT_FILTERED,
}

_BY_CODE = {
    "ModelNotReadyException": Code.ENDPOINT_WARMING,
    "ThrottlingException": Code.ENDPOINT_THROTTLED,
    "Throttling": Code.ENDPOINT_THROTTLED,
    "TooManyRequestsException": Code.ENDPOINT_THROTTLED,
    "RequestLimitExceeded": Code.ENDPOINT_THROTTLED,
    "ServiceQuotaExceededException": Code.ENDPOINT_THROTTLED,
    "ModelTimeoutException": Code.ENDPOINT_TIMEOUT,
    "ServiceUnavailable": Code.ENDPOINT_UNAVAILABLE,
    "ServiceUnavailableException": Code.ENDPOINT_UNAVAILABLE,
    "InternalServerException": Code.ENDPOINT_UNAVAILABLE,
    "InternalFailure": Code.ENDPOINT_UNAVAILABLE,
    "InternalDependencyException": Code.ENDPOINT_UNAVAILABLE,
    "InternalStreamFailure": Code.ENDPOINT_UNAVAILABLE,
    "ModelStreamError": Code.ENDPOINT_UNAVAILABLE,
    "ContentFiltered": Code.CONTENT_FILTERED,
    "ModelUnavailable": Code.MODEL_UNAVAILABLE,
    # Bedrock does not offer the model in this region, or no longer.
    "ResourceNotFoundException": Code.MODEL_UNAVAILABLE,
    "ValidationError": Code.ENDPOINT_REJECTED,
    "ValidationException": Code.ENDPOINT_REJECTED,
    "AccessDenied": Code.ENDPOINT_ACCESS_DENIED,
    "AccessDeniedException": Code.ENDPOINT_ACCESS_DENIED,
    "ExpiredToken": Code.ENDPOINT_ACCESS_DENIED,
    "ExpiredTokenException": Code.ENDPOINT_ACCESS_DENIED,
    "RequestExpired": Code.ENDPOINT_ACCESS_DENIED,
    "IncompleteSignature": Code.ENDPOINT_ACCESS_DENIED,
    "InvalidClientTokenId": Code.ENDPOINT_ACCESS_DENIED,
    "InvalidSignatureException": Code.ENDPOINT_ACCESS_DENIED,
    "MissingAuthenticationToken": Code.ENDPOINT_ACCESS_DENIED,
    "MissingAuthenticationTokenException": Code.ENDPOINT_ACCESS_DENIED,
    "NotAuthorized": Code.ENDPOINT_ACCESS_DENIED,
    "OptInRequired": Code.ENDPOINT_ACCESS_DENIED,
    "SignatureDoesNotMatch": Code.ENDPOINT_ACCESS_DENIED,
    "UnrecognizedClientException": Code.ENDPOINT_ACCESS_DENIED,
}

_BY_EXCEPTION: tuple[tuple[type[Exception], Code], ...] = (
    (boto.ReadTimeoutError, Code.ENDPOINT_TIMEOUT),
    (Urllib3ReadTimeout, Code.ENDPOINT_TIMEOUT),
    (boto.NoCredentialsError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.PartialCredentialsError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.CredentialRetrievalError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.TokenRetrievalError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.SSOError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.LoginError, Code.ENDPOINT_ACCESS_DENIED),
    (boto.ParamValidationError, Code.ENDPOINT_REJECTED),
    (ResponseParserError, Code.ENDPOINT_BAD_RESPONSE),
    (EventStreamParserError, Code.ENDPOINT_BAD_RESPONSE),
    # botocore's event stream parser lets these escape for damaged headers.
    (struct.error, Code.ENDPOINT_BAD_RESPONSE),
    (UnicodeDecodeError, Code.ENDPOINT_BAD_RESPONSE),
    (boto.BotoCoreError, Code.ENDPOINT_UNAVAILABLE),
    (Urllib3Error, Code.ENDPOINT_UNAVAILABLE),
    (OSError, Code.ENDPOINT_UNAVAILABLE),
)

TRANSLATED_ERRORS: tuple[type[Exception], ...] = (
    boto.ClientError,
    *(kind for kind, _ in _BY_EXCEPTION),
)
"""Exceptions of a call that `endpoint_error` translates."""


def endpoint_failure(code: Code, message: str | None = None) -> EndpointError:
    """Return an error with the given code. `message` defaults to the code's message."""
    return EndpointError(code, message or _MESSAGES[code], retryable=code not in _NOT_RETRYABLE)


def bad_response(reason: str) -> EndpointError:
    """Return the error for a response that violates the wire format."""
    message = f"The endpoint's response is invalid: {reason}."
    return endpoint_failure(Code.ENDPOINT_BAD_RESPONSE, message)


def endpoint_error(error: Exception, redact: Iterable[str] = ()) -> EndpointError:
    """Translate one of `TRANSLATED_ERRORS`.

    Args:
        error: The exception of the call.
        redact: Texts of the request to remove from the message.
    """
    if isinstance(error, boto.ClientError):
        return _client_error(error, redact)
    code = next((code for kind, code in _BY_EXCEPTION if isinstance(error, kind)), None)
    return endpoint_failure(code or Code.ENDPOINT_UNAVAILABLE)


def stream_error(code: str, message: str, redact: Iterable[str] = ()) -> EndpointError:
    """Translate an error event of the project's own container (`inference.events`)."""
    mapped = _BY_CODE.get(code, Code.ENDPOINT_UNAVAILABLE)
    return _with_details(mapped, message, redact)


def async_failure(body: bytes, reason: str, redact: Iterable[str] = ()) -> EndpointError:
    """Translate the failure of an asynchronous request.

    Args:
        body: The container's error response. Empty if SageMaker did not store one.
        reason: `failureReason` of the notification. Empty if unknown.
        redact: See `endpoint_error`.
    """
    if _TIMED_OUT.search(reason):
        return endpoint_failure(Code.ENDPOINT_TIMEOUT)
    status = _STATUS.search(reason)
    response = {
        "OriginalStatusCode": int(status["status"]) if status else None,
        "OriginalMessage": body.decode("utf-8", "replace"),
    }
    return _model_error(response, reason, redact)


def _client_error(error: boto.ClientError, redact: Iterable[str]) -> EndpointError:
    response: Mapping[str, Any] = error.response
    name = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    if name == "ModelError":
        return _model_error(response, message, redact)
    if name == "ModelErrorException":
        return _bedrock_model_error(response.get("originalStatusCode"), message, redact)
    if "ModelInvocationTimeExceeded" in (str(response.get("ErrorCode")), message):
        return endpoint_failure(Code.ENDPOINT_TIMEOUT)
    code = _BY_CODE.get(name)
    if code is None:
        code = _by_status(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    may_be_starting = code in (Code.ENDPOINT_REJECTED, Code.ENDPOINT_UNAVAILABLE)
    if may_be_starting and _WARMING.search(message):
        return endpoint_failure(Code.ENDPOINT_WARMING)
    return _with_details(code, message, redact)


def _model_error(response: Mapping[str, Any], message: str, redact: Iterable[str]) -> EndpointError:
    """Translate an error response of the container, which SageMaker returns as 424."""
    status = response.get("OriginalStatusCode")
    original = str(response.get("OriginalMessage") or message)
    # If the container exceeds 60 s, there is no original status.
    if status in (0, 408, 504) or "timed out" in original:
        return endpoint_failure(Code.ENDPOINT_TIMEOUT)
    code = _BY_CODE.get(str(_json_object(original).get("code")))
    return _with_details(code or _by_status(status), original, redact)


def _bedrock_model_error(status: object, message: str, redact: Iterable[str]) -> EndpointError:
    """Translate an error of a model, which Bedrock returns as 424."""
    code = Code.ENDPOINT_TIMEOUT if status in (408, 504) else _by_status(status)
    return _with_details(code, message, redact)


def _by_status(status: object) -> Code:
    if status == 429:
        return Code.ENDPOINT_THROTTLED
    if status in (401, 403):
        return Code.ENDPOINT_ACCESS_DENIED
    # 501 Not Implemented is permanent, so a retry would not help.
    if isinstance(status, int) and (400 <= status < 500 or status == 501):
        return Code.ENDPOINT_REJECTED
    return Code.ENDPOINT_UNAVAILABLE


def _with_details(code: Code, message: str, redact: Iterable[str]) -> EndpointError:
    """Return an error that quotes the endpoint's message if it names a remedy.

    These are rejected requests and broken models.
    """
    if code not in (Code.ENDPOINT_REJECTED, Code.MODEL_UNAVAILABLE):
        return endpoint_failure(code)
    details = _error_message(message)
    for text in sorted(redact, key=len, reverse=True):
        if text:
            details = details.replace(text, "…")
    details = details.strip()[:_MAX_MESSAGE]
    if not details:
        return endpoint_failure(code)
    if code is Code.ENDPOINT_REJECTED:
        details = f"The endpoint rejected the request: {details}"
    return endpoint_failure(code, details)


def _error_message(text: str) -> str:
    """Return the message of a container's JSON error, or the text unchanged."""
    content = _json_object(text)
    return str(content.get("message") or content.get("error") or text)


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
