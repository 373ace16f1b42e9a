"""`genai-studio cost`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from genai_studio.hosts.cli.app import run


def run_cost(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["cost", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def cost_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out, _ = run_cost(capsys, *arguments, "--json")
    assert code == 0
    estimate: dict[str, Any] = json.loads(out)
    return estimate


def test_the_requested_mode_is_compared_with_always_on(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run_cost(capsys, "--images-per-day", "200", "--mode", "async")
    assert code == 0
    header, first, *rest = out.splitlines()
    assert header.split() == ["USD", "per", "month", "real-time", "async"]
    # 730 h × 1.515 = 1,105.95, and 6,083 × 0.3 MB × 0.016 = 0.03 for response bodies.
    assert first.split()[:2] == ["SageMaker", "1,105.98"]
    assert [line.split()[0] for line in rest if line.startswith("A")][:2] == ["AppSync", "Amplify"]
    assert "prices of 2026-11-23 in us-east-1" in out


def test_always_on_is_compared_with_scale_to_zero(capsys: pytest.CaptureFixture[str]) -> None:
    estimate = cost_json(capsys, "--images-per-day", "1", "--mode", "real-time")
    assert [bill["mode"] for bill in estimate["bills"]] == ["real-time", "scale-to-zero"]
    always_on, scaled = estimate["bills"]
    assert always_on["perImage"] > scaled["perImage"] > 0
    assert always_on["total"] == pytest.approx(sum(always_on["services"].values()), abs=1e-4)


def test_bedrock_is_compared_with_always_on(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--images-per-day", "24", "--mode", "bedrock")
    code, out, _ = run_cost(capsys, *arguments)
    assert code == 0
    # 24 × 730 / 24 = 730 images × 0.08 = 58.40.
    assert re.search(r"^Bedrock +0\.00 +58\.40$", out, re.MULTILINE)
    core = ("--bedrock-model", "stability.stable-image-core-v1:1")
    bills = cost_json(capsys, *arguments, *core)["bills"]
    assert [bill["mode"] for bill in bills] == ["real-time", "bedrock"]
    assert bills[1]["services"]["Bedrock"] == pytest.approx(29.2)


def test_without_images_the_cost_per_image_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost_json(capsys, "--images-per-day", "0")["bills"][0]["perImage"] is None
    assert run_cost(capsys, "--images-per-day", "0")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--region", "mars-1"), "No prices for region mars-1"),
        (("--instance", "ml.none"), "No price for instance type ml.none"),
        (("--prices", "/none.json"), "/none.json cannot be read"),
        (
            ("--mode", "bedrock", "--bedrock-region", "mars-1"),
            "No price for stability.sd3-5-large-v1:0 in Amazon Bedrock in mars-1",
        ),
    ],
)
def test_a_missing_price_is_reported_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run_cost(capsys, "--images-per-day", "5", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(f"genai-studio: {message}")
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
def test_an_invalid_value_is_rejected_with_the_option_name(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(["cost", *arguments])
    assert end.value.code == 2
    option = arguments[-2] if arguments else "--images-per-day"
    assert option in capsys.readouterr().err
