"""The templates are what CloudFormation accepts, as far as its linter knows."""

from __future__ import annotations

from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from tests.infra.assembly import Assembly

REDUNDANT_DEPENDENCY = "W3005"
"""CDK writes a dependency down that a reference implies too."""


def test_cfn_lint_finds_nothing(either: Assembly) -> None:
    config = ManualArgs(
        templates=[str(path) for path in either.templates],
        regions=["us-east-1", "eu-central-1", "ap-northeast-1"],
        ignore_checks=[REDUNDANT_DEPENDENCY],
    )
    assert len(either.templates) == 3
    assert [str(match) for match in lint_by_config(config)] == []
