"""Tests of the whole studio as it runs in an AWS account, including faults of its services."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rehearsal.rehearse import Outcome, Scenario
from tests.rehearsal.scenarios.suites import ALONE, ASYNCHRONOUS, BEDROCK, TOGETHER
from tests.servers.processes.server import ROOT

PERMISSIONS = ROOT / "tests" / "infra" / "permissions"
OPERATIONS = PERMISSIONS / "operations.json"
BEDROCK_OPERATIONS = PERMISSIONS / "operations-bedrock.json"


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


@pytest.mark.parametrize(
    "scenario", BEDROCK, ids=lambda scenario: scenario.__name__.replace("_", " ")
)
def test_rehearsal_with_bedrock(bedrock_outcome: Outcome, scenario: Scenario) -> None:
    failure = bedrock_outcome["failures"].get(scenario.__name__)

    assert failure is None, failure


def test_functions_call_only_the_recorded_operations(
    outcome: Outcome, request: pytest.FixtureRequest
) -> None:
    """IAM policies are tested against that file. `--write-operations` updates it."""
    _compare_operations(outcome["operations"], OPERATIONS, request)


def test_worker_calls_only_the_recorded_operations_with_bedrock(
    bedrock_outcome: Outcome, request: pytest.FixtureRequest
) -> None:
    """The other functions do not depend on what generates the images."""
    worker = {"worker": bedrock_outcome["operations"]["worker"]}
    _compare_operations(worker, BEDROCK_OPERATIONS, request)


def _compare_operations(
    operations: dict[str, list[str]], file: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--write-operations"):
        file.write_text(json.dumps(operations, indent=2) + "\n", "utf-8")

    assert operations == json.loads(file.read_text("utf-8"))
