from __future__ import annotations

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.cli import app
from genai_studio.hosts.cli.output.failures import TRACEBACK_VARIABLE, CommandFailed, explained

SECRET = "a prompt that nobody should read"


@pytest.mark.parametrize("kind", [CommandFailed, StudioUnavailable])
def test_what_was_foreseen_speaks_for_itself(kind: type[Exception]) -> None:
    assert explained(kind("Do this instead.")) == "Do this instead."


def test_the_system_s_errors_name_the_file() -> None:
    assert explained(PermissionError(13, "Permission denied", "a.png")) == (
        "a.png: Permission denied."
    )


def test_a_bug_is_one_line_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    line = explained(ValueError(SECRET))
    assert "ValueError" in line
    assert SECRET not in line
    assert capsys.readouterr().err == ""


def test_a_bug_s_trace_can_be_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACEBACK_VARIABLE, "1")
    explained(ValueError("why"))
    assert "ValueError: why" in capsys.readouterr().err


def test_a_failure_ends_with_code_1_and_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENAI_STUDIO_PORT", "many")
    assert app.run(["doctor"]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("genai-studio: GENAI_STUDIO_PORT=many cannot be used")
    assert written.err.count("\n") == 1
