"""Tests that the templates pass cfn-lint."""

from __future__ import annotations

from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from tests.infra.assembly import Assembly

REDUNDANT_DEPENDENCY = "W3005"
"""The CDK writes explicit dependencies that a reference already implies."""


def test_templates_pass_cfn_lint(either: Assembly) -> None:
    config = ManualArgs(
        templates=[str(path) for path in either.templates],
        regions=["us-east-1", "eu-central-1", "ap-northeast-1"],
        ignore_checks=[REDUNDANT_DEPENDENCY],
    )
    assert len(either.templates) == 3
    assert [str(match) for match in lint_by_config(config)] == []
