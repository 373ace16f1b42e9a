"""One studio for each data directory, until its process ends in whatever way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.directory_lock import DirectoryLock
from genai_studio.local.records.store import LocalRecords

HOLD = """
import sys, pathlib
from genai_studio.local.directory_lock import DirectoryLock
lock = DirectoryLock.acquire(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_studio_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    lock = DirectoryLock.acquire(tmp_path)

    with pytest.raises(StudioUnavailable, match="Another studio is running"):
        DirectoryLock.acquire(tmp_path)

    lock.release()
    DirectoryLock.acquire(tmp_path).release()


def test_two_directories_do_not_mind_each_other(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = DirectoryLock.acquire(tmp_path / "one")
    two = DirectoryLock.acquire(tmp_path / "two")
    one.release()
    two.release()


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline().strip() == b"held"
            with pytest.raises(StudioUnavailable):
                DirectoryLock.acquire(tmp_path)
        finally:
            holder.kill()
            holder.wait()

    DirectoryLock.acquire(tmp_path).release()


def test_records_that_cannot_be_opened_give_the_lock_back(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"x" * 4096)

    with pytest.raises(StudioUnavailable, match="cannot be opened"):
        LocalRecords.open(tmp_path)

    DirectoryLock.acquire(tmp_path).release()


def test_a_directory_that_cannot_be_written_is_not_blamed_on_another_studio(
    tmp_path: Path,
) -> None:
    (tmp_path / "studio.lock").mkdir()

    with pytest.raises(StudioUnavailable, match="is not writable"):
        LocalRecords.open(tmp_path)


def test_a_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StudioUnavailable, match="cannot be created"):
        LocalRecords.open(tmp_path / "file" / "studio")
