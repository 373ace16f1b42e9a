"""The log of a Lambda function is JSON and contains no user data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.aws.instrumentation import FunctionFailed, instrument
from tests.hosts.aws.support.emf import data_of

PROMPT = "my very private prompt"
TOKEN = "my-very-private-token"
CALL = SimpleNamespace(aws_request_id="11111111-2222-4333-8444-555555555555")
EVENT = {"arguments": {"input": {"prompt": PROMPT}}, "headers": {"authorization": TOKEN}}

own = logging.getLogger("genai_studio.services.attempt.sync_runner")
libraries = logging.getLogger("botocore.endpoint")


@pytest.fixture(autouse=True)
def _restore_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "studio-worker")
    root, ours = logging.getLogger(), logging.getLogger("genai_studio")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


class Function:
    """A function under test and the log lines of its last call."""

    def __init__(self, capsys: pytest.CaptureFixture[str], handler: Any) -> None:
        self._capsys = capsys
        self._handler = instrument(handler)

    def call(self) -> list[dict[str, Any]]:
        """Call the function and return its log lines."""
        try:
            self._handler(EVENT, CALL)
        finally:
            lines = self._capsys.readouterr().out.splitlines()
            for line in lines:
                assert "private" not in line
            self.lines = [json.loads(line) for line in lines if not data_of(line)]
            data = [datum for line in lines for datum in data_of(line)]
            self.cold_starts = {datum.dimensions for datum in data if datum.name == "ColdStart"}
        return self.lines


def test_log_line_has_function_request_and_location(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (line,) = Function(capsys, lambda event, context: own.info("Done with %s.", "it")).call()
    assert line["message"] == "Done with it."
    assert line["level"] == "INFO"
    assert line["service"] == "genai-studio"
    assert line["function_name"] == "studio-worker"
    assert line["function_request_id"] == CALL.aws_request_id
    assert line["location"].startswith("genai_studio.services.attempt.sync_runner:")
    assert line["timestamp"].endswith("+00:00")


def test_only_first_call_is_cold_start(capsys: pytest.CaptureFixture[str]) -> None:
    function = Function(capsys, lambda event, context: own.warning("Here."))
    (first,) = function.call()
    assert first["cold_start"]
    assert function.cold_starts == {(), (("function_name", "studio-worker"),)}
    (second,) = function.call()
    assert not second["cold_start"]
    assert function.cold_starts == set()


def test_event_and_result_are_not_logged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    lines = Function(capsys, lambda event, context: event).call()
    assert lines == []


def test_library_message_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    def handler(event: Any, context: Any) -> None:
        libraries.debug("Sending %s", event)
        libraries.warning("Retrying %s", event, extra={"body": event, "token": TOKEN})

    (line,) = Function(capsys, handler).call()
    assert line["level"] == "WARNING"
    assert line["location"].startswith("botocore.endpoint:")


@pytest.mark.parametrize("log", [own, libraries], ids=["own", "library"])
def test_exception_message_is_redacted(
    capsys: pytest.CaptureFixture[str], log: logging.Logger
) -> None:
    def handler(event: Any, context: Any) -> None:
        try:
            raise ValueError(f"{PROMPT} {TOKEN}")
        except ValueError:
            log.exception("It went wrong.")

    (line,) = Function(capsys, handler).call()
    assert "ValueError" in line["message"]
    assert "test_instrumentation.py" in line["message"]


def test_unexpected_error_is_replaced_by_reference(capsys: pytest.CaptureFixture[str]) -> None:
    def handler(event: Any, context: Any) -> None:
        raise KeyError(PROMPT)

    function = Function(capsys, handler)
    with pytest.raises(FunctionFailed) as failed:
        function.call()
    (line,) = function.lines
    reference = str(failed.value).rpartition(" ")[2].rstrip(").")
    assert reference in line["message"]
    assert "KeyError" in line["message"]
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_studio_error_is_raised_unchanged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def handler(event: Any, context: Any) -> None:
        raise StudioUnavailable("DynamoDB does not respond.")

    with pytest.raises(StudioUnavailable, match="DynamoDB does not respond"):
        Function(capsys, handler).call()
