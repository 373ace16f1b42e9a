"""cdk-nag's AWS Solutions: every finding is meant to be so, and says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.assembly import Assembly


@pytest.fixture
def report(assembly: Assembly) -> dict[str, list[dict[str, str]]]:
    parsed: dict[str, Any] = json.loads(assembly.output)
    return parsed


def holds(acknowledged: dict[str, str], found: dict[str, str]) -> bool:
    return acknowledged["rule"] == found["rule"] and (found["path"] + "/").startswith(
        acknowledged["path"] + "/"
    )


def test_it_looks_at_what_it_should(report: dict[str, list[dict[str, str]]]) -> None:
    rules = {finding["rule"] for finding in report["found"]}
    assert "AwsSolutions-COG2" in rules
    assert "AwsSolutions-APIG4" in rules


def test_nothing_is_found_that_nobody_answered_for(
    report: dict[str, list[dict[str, str]]],
) -> None:
    open_findings = [
        finding
        for finding in report["found"]
        if not any(holds(one, finding) for one in report["acknowledged"])
    ]
    assert open_findings == []


def test_each_answer_says_why(report: dict[str, list[dict[str, str]]]) -> None:
    assert [one for one in report["acknowledged"] if len(one["reason"].split()) < 8] == []


def test_no_answer_is_left_over(report: dict[str, list[dict[str, str]]]) -> None:
    idle = [
        one
        for one in report["acknowledged"]
        if not any(holds(one, finding) for finding in report["found"])
    ]
    assert idle == []
