"""Run each rehearsal once per test run, shared by all pytest-xdist workers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

ASSERTING_MODULES = (
    "tests.rehearsal.scenarios.bedrock",
    "tests.rehearsal.scenarios.delivery",
    "tests.rehearsal.scenarios.edits",
    "tests.rehearsal.scenarios.images",
    "tests.rehearsal.scenarios.services",
    "tests.rehearsal.scenarios.signatures",
    "tests.rehearsal.scenarios.suites",
    "tests.rehearsal.system.backend_state",
    "tests.rehearsal.system.cloud",
)
# The rehearsal of the deployed page may have imported some of them already.
pytest.register_assert_rewrite(*(name for name in ASSERTING_MODULES if name not in sys.modules))

from tests.rehearsal.rehearse import Outcome, Scenario, rehearse  # noqa: E402 - registered for assertion rewriting before the import
from tests.rehearsal.scenarios.suites import ALONE, ASYNCHRONOUS, BEDROCK, TOGETHER  # noqa: E402


@pytest.fixture(scope="session")
def linux() -> None:
    if sys.platform != "linux":
        pytest.skip("AWS publishes its Lambda runtime client only for Linux")


@pytest.fixture(scope="session")
def outcome(linux: None, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Run all scenarios with a streaming endpoint."""
    return _once(tmp_path_factory, "streaming", TOGETHER, ALONE)


@pytest.fixture(scope="session")
def asynchronous_outcome(linux: None, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Run the scenarios of an asynchronous endpoint."""
    return _once(tmp_path_factory, "async", (), ASYNCHRONOUS)


@pytest.fixture(scope="session")
def bedrock_outcome(linux: None, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Run the scenarios of a model in Amazon Bedrock."""
    return _once(tmp_path_factory, "bedrock", (), BEDROCK)


def _once(
    factory: pytest.TempPathFactory,
    mode: str,
    together: Sequence[Scenario],
    alone: Sequence[Scenario],
) -> Outcome:
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    file = shared / f"rehearsal-{mode}.json"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            rehearsal = rehearse(Path(factory.mktemp(f"cloud-{mode}")), mode, together, alone)
            file.write_text(json.dumps(asyncio.run(rehearsal)), "utf-8")
    outcome: Outcome = json.loads(file.read_text("utf-8"))
    return outcome
