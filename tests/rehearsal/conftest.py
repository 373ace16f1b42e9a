"""One rehearsal for a whole run, however many workers it has: it takes a minute."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from filelock import FileLock

pytest.register_assert_rewrite("tests.rehearsal.scenarios", "tests.rehearsal.cloud")

from tests.rehearsal.rehearse import Outcome, rehearse  # noqa: E402 - rewritten on import


@pytest.fixture(scope="session")
def linux() -> None:
    if sys.platform != "linux":
        pytest.skip("AWS builds its Lambda runtime client for Linux alone")


@pytest.fixture(scope="session")
def outcome(linux: None, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    file = shared / "rehearsal.json"
    with FileLock(shared / "rehearsal.lock"):
        if not file.exists():
            directory = Path(tmp_path_factory.mktemp("cloud"))
            file.write_text(json.dumps(asyncio.run(rehearse(directory))), "utf-8")
    outcome: Outcome = json.loads(file.read_text("utf-8"))
    return outcome
