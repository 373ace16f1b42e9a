import json
from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.eventstream import ChecksumMismatch
from botocore.parsers import ResponseParserError
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from genai_studio.domain.failure import FailureCode as Code
from genai_studio.sagemaker.errors import endpoint_error, stream_error


def client_error(code: str, message: str = "", **more: Any) -> boto.ClientError:
    status = more.pop("status", 400)
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return boto.ClientError(response, "InvokeEndpoint")  # type: ignore[arg-type]


def model_error(status: int, original: str) -> boto.ClientError:
    message = f"Received client error ({status}) from primary with message “{original}”."
    return client_error("ModelError", message, OriginalStatusCode=status, OriginalMessage=original)


NO_CAPACITY = (
    "Inference Component has no capacity to process this request. ApplicationAutoScaling may be "
    "in-progress (if configured) or try to increase the capacity by invoking "
    "UpdateInferenceComponentRuntimeConfig API."
)


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (client_error("ModelNotReadyException", status=429), Code.ENDPOINT_WARMING, True),
        (client_error("ValidationError", NO_CAPACITY), Code.ENDPOINT_WARMING, True),
        (
            client_error("ServiceUnavailable", "There are no instances.", status=503),
            Code.ENDPOINT_WARMING,
            True,
        ),
        (client_error("ThrottlingException"), Code.ENDPOINT_THROTTLED, True),
        (client_error("UnknownCode", status=429), Code.ENDPOINT_THROTTLED, True),
        (model_error(429, "busy"), Code.ENDPOINT_THROTTLED, True),
        (client_error("ServiceUnavailable", status=503), Code.ENDPOINT_UNAVAILABLE, True),
        (client_error("InternalFailure", status=500), Code.ENDPOINT_UNAVAILABLE, True),
        (client_error("InternalDependencyException", status=530), Code.ENDPOINT_UNAVAILABLE, True),
        (client_error("InternalStreamFailure"), Code.ENDPOINT_UNAVAILABLE, True),
        (client_error("ModelStreamError"), Code.ENDPOINT_UNAVAILABLE, True),
        (client_error("UnknownCode", status=500), Code.ENDPOINT_UNAVAILABLE, True),
        (model_error(500, "oops"), Code.ENDPOINT_UNAVAILABLE, True),
        (
            client_error("ModelStreamError", ErrorCode="ModelInvocationTimeExceeded"),
            Code.ENDPOINT_TIMEOUT,
            True,
        ),
        (model_error(0, "Your invocation timed out"), Code.ENDPOINT_TIMEOUT, True),
        (model_error(504, "late"), Code.ENDPOINT_TIMEOUT, True),
        (client_error("AccessDeniedException", status=403), Code.ENDPOINT_ACCESS_DENIED, False),
        (client_error("ExpiredTokenException", status=403), Code.ENDPOINT_ACCESS_DENIED, False),
        (client_error("UnknownCode", status=403), Code.ENDPOINT_ACCESS_DENIED, False),
        (client_error("ValidationError", "width: bad"), Code.ENDPOINT_REJECTED, False),
        (client_error("UnknownCode", status=404), Code.ENDPOINT_REJECTED, False),
        (model_error(400, "bad"), Code.ENDPOINT_REJECTED, False),
        (model_error(501, "install it"), Code.ENDPOINT_REJECTED, False),
        (boto.ReadTimeoutError(endpoint_url="u"), Code.ENDPOINT_TIMEOUT, True),
        (ReadTimeoutError(None, "u", "late"), Code.ENDPOINT_TIMEOUT, True),  # type: ignore[arg-type]
        (boto.ConnectTimeoutError(endpoint_url="u"), Code.ENDPOINT_UNAVAILABLE, True),
        (boto.EndpointConnectionError(endpoint_url="u"), Code.ENDPOINT_UNAVAILABLE, True),
        (boto.ConnectionClosedError(endpoint_url="u"), Code.ENDPOINT_UNAVAILABLE, True),
        (boto.ResponseStreamingError(error="cut"), Code.ENDPOINT_UNAVAILABLE, True),
        (ProtocolError("cut"), Code.ENDPOINT_UNAVAILABLE, True),
        (ConnectionResetError(), Code.ENDPOINT_UNAVAILABLE, True),
        (boto.NoCredentialsError(), Code.ENDPOINT_ACCESS_DENIED, False),
        (boto.UnauthorizedSSOTokenError(), Code.ENDPOINT_ACCESS_DENIED, False),
        (boto.ParamValidationError(report="r"), Code.ENDPOINT_REJECTED, False),
        (ResponseParserError("garbage"), Code.ENDPOINT_BAD_RESPONSE, True),
        (ChecksumMismatch(1, 2), Code.ENDPOINT_BAD_RESPONSE, True),
    ],
    ids=str,
)
def test_error_maps_to_code_and_retryability(error: Exception, code: Code, retryable: bool) -> None:
    failure = endpoint_error(error).failure
    assert (failure.code, failure.retryable) == (code, retryable)
    assert failure.message


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (json.dumps({"code": "ValidationError", "message": "width: too big"}), "width: too big"),
        ("plain words", "plain words"),
        (json.dumps({"error": "no such sampler"}), "no such sampler"),
        ("[" * 100_000, "[["),
    ],
)
def test_rejection_quotes_container_message(original: str, expected: str) -> None:
    assert expected in endpoint_error(model_error(400, original)).failure.message


def test_redacted_texts_are_removed_from_message() -> None:
    error = model_error(400, "cannot draw a secret apple, a secret")
    message = endpoint_error(error, redact=("a secret apple", "a secret", "")).failure.message
    assert "secret" not in message
    assert "cannot draw …" in message


def test_rejection_message_is_truncated() -> None:
    assert len(endpoint_error(model_error(400, "x" * 10_000)).failure.message) < 400


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ModelError", Code.ENDPOINT_UNAVAILABLE),
        ("ModelUnavailable", Code.MODEL_UNAVAILABLE),
        ("ThrottlingException", Code.ENDPOINT_THROTTLED),
        ("SomethingNew", Code.ENDPOINT_UNAVAILABLE),
    ],
)
def test_stream_error_maps_to_code(name: str, code: Code) -> None:
    assert stream_error(name, "said").failure.code is code
