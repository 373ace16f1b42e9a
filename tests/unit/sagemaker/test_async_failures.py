"""`async_failure` translates every failure of an asynchronous request to a typed error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.failure import FailureCode
from genai_studio.sagemaker.errors import async_failure
from tests.unhurried import unhurried

SECRET = "a confidential prompt"


def code_of(body: bytes, reason: str = "") -> FailureCode:
    return async_failure(body, reason).failure.code


@pytest.mark.parametrize(
    ("error_code", "code"),
    [
        ("ContentFiltered", FailureCode.CONTENT_FILTERED),
        ("ValidationError", FailureCode.ENDPOINT_REJECTED),
        ("ModelUnavailable", FailureCode.MODEL_UNAVAILABLE),
        ("ThrottlingException", FailureCode.ENDPOINT_THROTTLED),
    ],
)
def test_container_error_code_determines_failure_code(error_code: str, code: FailureCode) -> None:
    assert code_of(json.dumps({"code": error_code, "message": "No."}).encode()) is code


def test_status_determines_failure_code_without_error_code() -> None:
    page = b"<html>Bad gateway</html>"
    assert code_of(page, "ClientError: Received server error (502) from model.") is (
        FailureCode.ENDPOINT_UNAVAILABLE
    )
    assert code_of(page, "ClientError: Received client error (413) from model.") is (
        FailureCode.ENDPOINT_REJECTED
    )


def test_rejection_quotes_container_and_redacts_prompt() -> None:
    body = json.dumps({"code": "ValidationError", "message": f"{SECRET}: too long."}).encode()
    failure = async_failure(body, "", (SECRET, "")).failure
    assert failure.message == "The endpoint rejected the request: …: too long."
    assert not failure.retryable


@unhurried
@given(body=st.binary(max_size=200), reason=st.text(max_size=200))
def test_any_body_and_reason_give_short_message(body: bytes, reason: str) -> None:
    failure = async_failure(body, reason, (SECRET,)).failure
    assert failure.message
    assert len(failure.message) < 400


@unhurried
@given(before=st.text(max_size=40), after=st.text(max_size=40), status=st.integers(100, 599))
def test_message_never_quotes_prompt(before: str, after: str, status: int) -> None:
    text = f"{before}{SECRET}{after}"
    reason = f"ClientError: Received client error ({status}) from model: {text}"
    for body in (text.encode("utf-8", "surrogatepass"), b""):
        assert SECRET not in async_failure(body, reason, (SECRET,)).failure.message
