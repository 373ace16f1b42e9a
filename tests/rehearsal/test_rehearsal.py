"""Tests of the whole studio as it runs in an AWS account, including faults of its services."""

from __future__ import annotations

import json

import pytest

from tests.rehearsal.rehearse import Outcome, Scenario
from tests.rehearsal.scenarios.suites import ALONE, ASYNCHRONOUS, TOGETHER
from tests.servers.processes.server import ROOT

OPERATIONS = ROOT / "tests" / "infra" / "permissions" / "operations.json"


@pytest.mark.parametrize(
    "scenario", [*TOGETHER, *ALONE], ids=lambda scenario: scenario.__name__.replace("_", " ")
)
def test_rehearsal(outcome: Outcome, scenario: Scenario) -> None:
    failure = outcome["failures"].get(scenario.__name__)

    assert failure is None, failure


@pytest.mark.parametrize(
    "scenario", ASYNCHRONOUS, ids=lambda scenario: scenario.__name__.replace("_", " ")
)
def test_asynchronous_rehearsal(asynchronous_outcome: Outcome, scenario: Scenario) -> None:
    failure = asynchronous_outcome["failures"].get(scenario.__name__)

    assert failure is None, failure


def test_every_change_was_published(outcome: Outcome) -> None:
    assert "publisher" not in outcome["failures"]


def test_functions_call_only_the_recorded_operations(
    outcome: Outcome, request: pytest.FixtureRequest
) -> None:
    """IAM policies are tested against that file. `--write-operations` updates it."""
    if request.config.getoption("--write-operations"):
        text = json.dumps(outcome["operations"], indent=2) + "\n"
        OPERATIONS.write_text(text, "utf-8")

    assert outcome["operations"] == json.loads(OPERATIONS.read_text("utf-8"))
