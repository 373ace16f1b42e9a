"""What goes wrong on the way to SageMaker, in the words of the studio.

Error codes are those of the runtime's API reference
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html,
“Errors” and “Common Errors”), and of botocore's exceptions.
"""

from __future__ import annotations

import json
import re
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
# As SageMaker words `failureReason`: “… Received server error (500) from model …”.
_STATUS = re.compile(r"error \((?P<status>[1-5]\d\d)\)")
_LATE = re.compile(r"timed? ?out|expired", re.IGNORECASE)

_MESSAGES = {
    Code.ENDPOINT_WARMING: "The endpoint is starting. This can take some minutes.",
    Code.ENDPOINT_THROTTLED: "The endpoint has more work than it can take just now.",
    Code.ENDPOINT_TIMEOUT: "The endpoint did not answer in time.",
    Code.ENDPOINT_UNAVAILABLE: "The endpoint could not be reached or failed.",
    Code.ENDPOINT_ACCESS_DENIED: "The endpoint refused the studio's credentials.",
    Code.ENDPOINT_REJECTED: "The endpoint refused the request.",
    Code.ENDPOINT_BAD_RESPONSE: "The endpoint's answer could not be read.",
    Code.CONTENT_FILTERED: "The model's content filter held the image back.",
}
_FINAL = {Code.ENDPOINT_ACCESS_DENIED, Code.ENDPOINT_REJECTED, Code.CONTENT_FILTERED}

_BY_CODE = {
    "ModelNotReadyException": Code.ENDPOINT_WARMING,
    "ThrottlingException": Code.ENDPOINT_THROTTLED,
    "Throttling": Code.ENDPOINT_THROTTLED,
    "TooManyRequestsException": Code.ENDPOINT_THROTTLED,
    "RequestLimitExceeded": Code.ENDPOINT_THROTTLED,
    "ServiceUnavailable": Code.ENDPOINT_UNAVAILABLE,
    "InternalFailure": Code.ENDPOINT_UNAVAILABLE,
    "InternalDependencyException": Code.ENDPOINT_UNAVAILABLE,
    "InternalStreamFailure": Code.ENDPOINT_UNAVAILABLE,
    "ModelStreamError": Code.ENDPOINT_UNAVAILABLE,
    "ContentFiltered": Code.CONTENT_FILTERED,
    "ModelUnavailable": Code.ENDPOINT_REJECTED,
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
    (boto.BotoCoreError, Code.ENDPOINT_UNAVAILABLE),
    (Urllib3Error, Code.ENDPOINT_UNAVAILABLE),
    (OSError, Code.ENDPOINT_UNAVAILABLE),
)

TRANSLATED: tuple[type[Exception], ...] = (boto.ClientError, *(kind for kind, _ in _BY_EXCEPTION))
"""What a call may raise that `endpoint_error` understands."""


def failed(code: Code, message: str | None = None) -> EndpointError:
    """The error of a code, in its usual words unless others are given."""
    return EndpointError(code, message or _MESSAGES[code], retryable=code not in _FINAL)


def bad_response(why: str) -> EndpointError:
    """The answer arrived and is not what the format says."""
    return failed(Code.ENDPOINT_BAD_RESPONSE, f"The endpoint's answer could not be read: {why}.")


def endpoint_error(error: Exception, hidden: Iterable[str] = ()) -> EndpointError:
    """Say one of `TRANSLATED` as the studio says it.

    Args:
        error: What the call raised.
        hidden: Texts of the request that no message may quote.
    """
    if isinstance(error, boto.ClientError):
        return _client_error(error, hidden)
    code = next((code for kind, code in _BY_EXCEPTION if isinstance(error, kind)), None)
    return failed(code or Code.ENDPOINT_UNAVAILABLE)


def stream_error(code: str, message: str, hidden: Iterable[str] = ()) -> EndpointError:
    """Say an error event of the project's own container (`inference.events`)."""
    mapped = _BY_CODE.get(code, Code.ENDPOINT_UNAVAILABLE)
    return _worded(mapped, message, hidden)


def async_failure(body: bytes, reason: str, hidden: Iterable[str] = ()) -> EndpointError:
    """Say what an asynchronous request left instead of an image.

    Args:
        body: What the container answered; empty where SageMaker kept none.
        reason: `failureReason` of the notice; empty where none was told.
        hidden: As for `endpoint_error`.
    """
    if _LATE.search(reason):
        return failed(Code.ENDPOINT_TIMEOUT)
    said = body.decode("utf-8", "replace")
    status = _STATUS.search(reason)
    response = {
        "OriginalStatusCode": int(status["status"]) if status else None,
        "OriginalMessage": said,
    }
    return _model_error(response, reason, hidden)


def _client_error(error: boto.ClientError, hidden: Iterable[str]) -> EndpointError:
    response: Mapping[str, Any] = error.response
    name = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    if name == "ModelError":
        return _model_error(response, message, hidden)
    if "ModelInvocationTimeExceeded" in (str(response.get("ErrorCode")), message):
        return failed(Code.ENDPOINT_TIMEOUT)
    code = _BY_CODE.get(name)
    if code is None:
        code = _by_status(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    starting = code in (Code.ENDPOINT_REJECTED, Code.ENDPOINT_UNAVAILABLE)
    if starting and _WARMING.search(message):
        return failed(Code.ENDPOINT_WARMING)
    return _worded(code, message, hidden)


def _model_error(response: Mapping[str, Any], message: str, hidden: Iterable[str]) -> EndpointError:
    """The container answered with an error, and SageMaker passed it on as 424."""
    status = response.get("OriginalStatusCode")
    original = str(response.get("OriginalMessage") or message)
    # A container that let 60 s pass has no status of its own.
    if status in (0, 408, 504) or "timed out" in original:
        return failed(Code.ENDPOINT_TIMEOUT)
    code = _BY_CODE.get(str(_json_object(original).get("code")))
    return _worded(code or _by_status(status), original, hidden)


def _by_status(status: object) -> Code:
    if status == 429:
        return Code.ENDPOINT_THROTTLED
    if status in (401, 403):
        return Code.ENDPOINT_ACCESS_DENIED
    # 501: the container will not be able to do it next time either.
    if isinstance(status, int) and (400 <= status < 500 or status == 501):
        return Code.ENDPOINT_REJECTED
    return Code.ENDPOINT_UNAVAILABLE


def _worded(code: Code, message: str, hidden: Iterable[str]) -> EndpointError:
    """Only a refusal carries the endpoint's words: they say what to change."""
    if code is not Code.ENDPOINT_REJECTED:
        return failed(code)
    said = _own_message(message)
    for text in sorted(hidden, key=len, reverse=True):
        if text:
            said = said.replace(text, "…")
    said = said.strip()[:_MAX_MESSAGE]
    return failed(code, f"The endpoint refused the request: {said}" if said else None)


def _own_message(text: str) -> str:
    """The message inside a container's JSON error, or the text as it is."""
    content = _json_object(text)
    return str(content.get("message") or content.get("error") or text)


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
