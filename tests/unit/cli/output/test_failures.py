from __future__ import annotations

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.cli import app
from genai_studio.hosts.cli.app import run
from genai_studio.hosts.cli.output.failures import (
    TRACEBACK_VARIABLE,
    CommandFailed,
    describe_error,
)

SECRET = "a secret prompt"


@pytest.mark.parametrize("kind", [CommandFailed, StudioUnavailable])
def test_expected_errors_keep_their_message(kind: type[Exception]) -> None:
    assert describe_error(kind("Do this instead.")) == "Do this instead."


def test_os_errors_name_the_file() -> None:
    assert describe_error(PermissionError(13, "Permission denied", "a.png")) == (
        "a.png: Permission denied."
    )


def test_unexpected_errors_are_one_line_without_their_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = describe_error(ValueError(SECRET))
    assert "ValueError" in line
    assert SECRET not in line
    assert capsys.readouterr().err == ""


def test_the_traceback_variable_prints_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACEBACK_VARIABLE, "1")
    describe_error(ValueError("why"))
    assert "ValueError: why" in capsys.readouterr().err


def test_a_failed_command_exits_with_1_and_prints_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENAI_STUDIO_PORT", "many")
    assert app.run(["doctor"]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("genai-studio: Invalid value GENAI_STUDIO_PORT=many")
    assert written.err.count("\n") == 1


def test_arguments_that_are_not_utf_8_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "caf\udce9", "--out", "a.png"]) == 1
    assert capsys.readouterr().err == (
        "genai-studio: Argument 2 is not valid UTF-8. Check the terminal's encoding.\n"
    )
