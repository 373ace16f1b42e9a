"""`genai-studio cost`, as it is typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from genai_studio.hosts.cli.app import run


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["cost", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out, _ = asked(capsys, *arguments, "--json")
    assert code == 0
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_always_on_stands_beside_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "--images-per-day", "200", "--mode", "async")
    assert code == 0
    header, first, *rest = out.splitlines()
    assert header.split() == ["USD", "a", "month", "real-time", "async"]
    # 730 h × 1.408 = 1,027.84, and 6,083 × 0.3 MB × 0.016 = 0.03 of bodies.
    assert first.split()[:2] == ["SageMaker", "1,027.87"]
    assert [line.split()[0] for line in rest if line.startswith("A")][:2] == ["AppSync", "Amplify"]
    assert "Prices of 2026-11-23 in us-east-1" in out


def test_scale_to_zero_stands_beside_always_on(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, "--images-per-day", "1", "--mode", "real-time")
    assert [bill["mode"] for bill in answer["bills"]] == ["real-time", "scale-to-zero"]
    always, resting = answer["bills"]
    assert always["perImage"] > resting["perImage"] > 0
    assert always["total"] == pytest.approx(sum(always["services"].values()), abs=1e-4)


def test_without_images_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--images-per-day", "0")["bills"][0]["perImage"] is None
    assert asked(capsys, "--images-per-day", "0")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--region", "mars-1"), "There are no prices of mars-1"),
        (("--instance", "ml.none"), "There is no price of ml.none"),
        (("--prices", "/none.json"), "/none.json cannot be read"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    code, out, err = asked(capsys, "--images-per-day", "5", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(f"genai-studio: {complaint}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--images-per-day", "-1"),
        ("--images-per-day", "nan"),
        ("--images-per-day", "inf"),
        ("--images-per-day", "5", "--busy-hours", "25"),
        ("--images-per-day", "5", "--seconds-per-image", "0"),
        (),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_option_s_name(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(["cost", *arguments])
    assert end.value.code == 2
    option = arguments[-2] if arguments else "--images-per-day"
    assert option in capsys.readouterr().err
