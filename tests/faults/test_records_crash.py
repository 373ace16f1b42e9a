"""A studio that is killed loses nothing it had accepted, and leaves the directory usable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.quota import quota_day
from genai_studio.local.records.store import LocalRecords
from tests.builders import ALICE, NOON, a_generation, submit

pytestmark = pytest.mark.anyio

SUBMIT_FOR_EVER = """
import asyncio, pathlib, sys
from genai_studio.local.records.store import LocalRecords
from tests.builders import a_generation, submit

async def submit_for_ever(records):
    while True:
        accepted = await submit(records, a_generation(prompt="a red apple"))
        print(accepted.id, flush=True)

async def main():
    records = LocalRecords.open(pathlib.Path(sys.argv[1]))
    await asyncio.gather(*(submit_for_ever(records) for _ in range(8)))

asyncio.run(main())
"""

ACCEPTED_BEFORE_THE_KILL = 60


def accept_until_killed(directory: Path) -> set[str]:
    """Ids that a child process acknowledged before SIGKILL hit it in the middle of others."""
    with subprocess.Popen(
        [sys.executable, "-c", SUBMIT_FOR_EVER, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    ) as child:
        assert child.stdout is not None
        accepted = {child.stdout.readline().strip() for _ in range(ACCEPTED_BEFORE_THE_KILL)}
        child.kill()
        rest = child.stdout.read().splitlines(keepends=True)
    accepted.update(line.strip() for line in rest if line.endswith("\n"))
    return accepted


async def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    accepted = accept_until_killed(tmp_path)

    records = LocalRecords.open(tmp_path)
    try:
        found: dict[str, int] = {}
        after: str | None = None
        while True:
            changes = await records.changes(after, 1000)
            if not changes:
                break
            found |= {change.ref.id: change.version for change in changes}
            after = changes[-1].position
        assert accepted <= found.keys()
        for generation_id in found:
            assert await records.get(ALICE, generation_id) is not None
        assert await records.quota_used(ALICE, quota_day(NOON)) == len(found)
        wanted = HistoryFilter(text="apple")
        page = await records.page(ALICE, HistoryQuery(filter=wanted, first=100))
        assert [one.id for one in page.items] == sorted(found, reverse=True)[:100]
        await submit(records, a_generation())
    finally:
        records.close()


async def test_a_directory_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    accepted: set[str] = set()
    for _ in range(3):
        accepted |= accept_until_killed(tmp_path)

    records = LocalRecords.open(tmp_path)
    try:
        for generation_id in accepted:
            assert await records.get(ALICE, generation_id) is not None
    finally:
        records.close()
