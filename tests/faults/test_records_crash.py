"""Local records survive SIGKILL: acknowledged submits are kept, the directory stays usable."""

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

SUBMIT_FOREVER = """
import asyncio, pathlib, sys
from genai_studio.local.records.store import LocalRecords
from tests.builders import a_generation, submit

async def submit_forever(records):
    while True:
        accepted = await submit(records, a_generation(prompt="a red apple"))
        print(accepted.id, flush=True)

async def main():
    records = LocalRecords.open(pathlib.Path(sys.argv[1]))
    await asyncio.gather(*(submit_forever(records) for _ in range(8)))

asyncio.run(main())
"""

ACCEPTED_BEFORE_THE_KILL = 60


def accept_until_killed(directory: Path) -> set[str]:
    """Return the IDs that a child process acknowledged before it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", SUBMIT_FOREVER, str(directory)],
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


async def test_acknowledged_submits_survive_kill(tmp_path: Path) -> None:
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


async def test_directory_survives_repeated_kills(tmp_path: Path) -> None:
    accepted: set[str] = set()
    for _ in range(3):
        accepted |= accept_until_killed(tmp_path)

    records = LocalRecords.open(tmp_path)
    try:
        for generation_id in accepted:
            assert await records.get(ALICE, generation_id) is not None
    finally:
        records.close()
