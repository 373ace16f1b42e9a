"""`DirectoryLock` allows one studio per data directory."""

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


def test_a_second_studio_on_the_same_directory_is_rejected(tmp_path: Path) -> None:
    lock = DirectoryLock.acquire(tmp_path)

    with pytest.raises(StudioUnavailable, match="Another studio is running"):
        DirectoryLock.acquire(tmp_path)

    lock.release()
    DirectoryLock.acquire(tmp_path).release()


def test_two_directories_have_separate_locks(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = DirectoryLock.acquire(tmp_path / "one")
    two = DirectoryLock.acquire(tmp_path / "two")
    one.release()
    two.release()


def test_killing_the_process_releases_the_lock(tmp_path: Path) -> None:
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


def test_a_failed_open_releases_the_lock(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"x" * 4096)

    with pytest.raises(StudioUnavailable, match="is damaged"):
        LocalRecords.open(tmp_path)

    DirectoryLock.acquire(tmp_path).release()


def test_an_unwritable_directory_is_reported(
    tmp_path: Path,
) -> None:
    (tmp_path / "studio.lock").mkdir()

    with pytest.raises(StudioUnavailable, match="is not writable"):
        LocalRecords.open(tmp_path)


def test_a_directory_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StudioUnavailable, match="cannot be created"):
        LocalRecords.open(tmp_path / "file" / "studio")
