"""Allow one running studio per data directory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable

LOCK_FILE = "studio.lock"


class DirectoryLock:
    """A lock that lasts from `acquire` until `release` or the end of the process.

    It is an exclusive SQLite lock on an empty database. SQLite's locks work on
    every operating system, also between two connections of one process, and
    the operating system releases them when the process ends for any reason.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def acquire(cls, directory: Path) -> DirectoryLock:
        """Acquire the lock without waiting.

        Raises:
            StudioUnavailable: Another studio uses this directory, or the directory
                is not writable.
        """
        try:
            connection = sqlite3.connect(
                directory / LOCK_FILE, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise _unwritable(directory) from error
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise _unwritable(directory) from error
            raise StudioUnavailable(
                f"Another studio is running on {directory}. "
                "Stop it, or choose another directory with --data-dir."
            ) from error
        return cls(connection)

    def release(self) -> None:
        """Release the lock. Safe to call more than once."""
        self._connection.close()


def _unwritable(directory: Path) -> StudioUnavailable:
    return StudioUnavailable(
        f"The data directory {directory} is not writable. "
        "Fix its permissions, or choose another directory with --data-dir."
    )
