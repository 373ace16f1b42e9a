"""Whatever an asynchronous request leaves instead of an image, it is said in a typed way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.failure import FailureCode
from genai_studio.sagemaker.errors import async_failure
from tests.unhurried import unhurried

SECRET = "a prompt that nobody else should read"


def code_of(body: bytes, reason: str = "") -> FailureCode:
    return async_failure(body, reason).failure.code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ContentFiltered", FailureCode.CONTENT_FILTERED),
        ("ValidationError", FailureCode.ENDPOINT_REJECTED),
        ("ModelUnavailable", FailureCode.ENDPOINT_REJECTED),
        ("ThrottlingException", FailureCode.ENDPOINT_THROTTLED),
    ],
)
def test_the_project_s_container_names_its_failures(said: str, code: FailureCode) -> None:
    assert code_of(json.dumps({"code": said, "message": "No."}).encode()) is code


def test_a_container_that_names_nothing_is_known_by_its_status() -> None:
    page = b"<html>Bad gateway</html>"
    assert code_of(page, "ClientError: Received server error (502) from model.") is (
        FailureCode.ENDPOINT_UNAVAILABLE
    )
    assert code_of(page, "ClientError: Received client error (413) from model.") is (
        FailureCode.ENDPOINT_REJECTED
    )


def test_a_refusal_quotes_the_container_but_no_prompt() -> None:
    body = json.dumps({"code": "ValidationError", "message": f"{SECRET}: too long."}).encode()
    failure = async_failure(body, "", (SECRET, "")).failure
    assert failure.message == "The endpoint refused the request: …: too long."
    assert not failure.retryable


@unhurried
@given(body=st.binary(max_size=200), reason=st.text(max_size=200))
def test_nothing_breaks_it(body: bytes, reason: str) -> None:
    failure = async_failure(body, reason, (SECRET,)).failure
    assert failure.message
    assert len(failure.message) < 400


@unhurried
@given(before=st.text(max_size=40), after=st.text(max_size=40), status=st.integers(100, 599))
def test_nothing_makes_it_quote_the_prompt(before: str, after: str, status: int) -> None:
    text = f"{before}{SECRET}{after}"
    reason = f"ClientError: Received client error ({status}) from model: {text}"
    for body in (text.encode("utf-8", "surrogatepass"), b""):
        assert SECRET not in async_failure(body, reason, (SECRET,)).failure.message
