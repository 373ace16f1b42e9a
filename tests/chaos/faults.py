"""What happens to the studio, besides its ends: locks, a full disk, clock jumps, stops."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.chaos.studio import Studio

LIBFAKETIME = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
DISK_MEGABYTES = 256


def lock_database(data_dir: Path, seconds: float) -> None:
    """Hold the write lock of the database for some seconds."""
    for path in data_dir.glob("*.sqlite3"):
        with (
            closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection,
            suppress(sqlite3.OperationalError),  # The studio itself holds the lock.
        ):
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")


def fill_disk(directory: Path, seconds: float) -> None:
    """Fill the file system of a directory for some seconds."""
    filler = directory / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)
    time.sleep(seconds)
    filler.unlink(missing_ok=True)


def stop_briefly(studio: Studio, seconds: float) -> None:
    """Stop the studio's process, then let it continue."""
    studio.signal(signal.SIGSTOP)
    time.sleep(seconds)
    studio.signal(signal.SIGCONT)


def stop_child(studio: Studio, rng: random.Random) -> None:
    """Stop the inference process, then let it continue unless the studio has replaced it."""
    child = studio.child()
    if child is not None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGSTOP)
            time.sleep(rng.uniform(0.2, 3))
            os.kill(child, signal.SIGCONT)


@contextmanager
def small_disk(directory: Path) -> Iterator[bool]:
    """Mount a small file system at a directory. Yields False if that is not permitted."""
    directory.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=700", "chaos"]
    try:
        mounted = (
            subprocess.run([*mount, str(directory)], check=False, capture_output=True).returncode
            == 0
        )
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(directory)], check=False)


class FakeClock:
    """The wall clock of the studio, if libfaketime is installed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0
        self._write()

    @property
    def available(self) -> bool:
        return bool(LIBFAKETIME)

    def variables(self) -> dict[str, str]:
        """Return the environment of a process that uses this clock."""
        if not self.available:
            return {}
        return {
            "LD_PRELOAD": str(LIBFAKETIME[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, seconds: int) -> None:
        """Move the clock forward, as a suspended machine does."""
        self._offset += seconds
        self._write()

    def _write(self) -> None:
        self._file.write_text(f"+{self._offset}s\n")
