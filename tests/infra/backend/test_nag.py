"""Tests that every cdk-nag finding (AWS Solutions) is acknowledged with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.assembly import Assembly


@pytest.fixture(params=["assembly", "bedrock"])
def report(request: pytest.FixtureRequest) -> dict[str, list[dict[str, str]]]:
    assembly: Assembly = request.getfixturevalue(request.param)
    parsed: dict[str, Any] = json.loads(assembly.output)
    return parsed


def covers(acknowledgment: dict[str, str], finding: dict[str, str]) -> bool:
    return acknowledgment["rule"] == finding["rule"] and (finding["path"] + "/").startswith(
        acknowledgment["path"] + "/"
    )


def test_report_contains_known_findings(report: dict[str, list[dict[str, str]]]) -> None:
    rules = {finding["rule"] for finding in report["found"]}
    assert "AwsSolutions-COG2" in rules
    assert "AwsSolutions-APIG4" in rules


def test_every_finding_is_acknowledged(
    report: dict[str, list[dict[str, str]]],
) -> None:
    open_findings = [
        finding
        for finding in report["found"]
        if not any(covers(acknowledgment, finding) for acknowledgment in report["acknowledged"])
    ]
    assert open_findings == []


def test_every_acknowledgment_has_a_reason(report: dict[str, list[dict[str, str]]]) -> None:
    reasons = [acknowledgment["reason"] for acknowledgment in report["acknowledged"]]
    assert [reason for reason in reasons if len(reason.split()) < 8] == []


def test_no_acknowledgment_is_unused(report: dict[str, list[dict[str, str]]]) -> None:
    unused = [
        acknowledgment
        for acknowledgment in report["acknowledged"]
        if not any(covers(acknowledgment, finding) for finding in report["found"])
    ]
    assert unused == []
