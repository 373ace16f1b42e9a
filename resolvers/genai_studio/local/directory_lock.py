"""One studio for each data directory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable

LOCK_FILE = "studio.lock"


class DirectoryLock:
    """Held from `acquire` to `release`, or to the end of the process.

    It is SQLite's own exclusive lock on an empty database: SQLite knows how
    every operating system locks, also against a second opening by the same
    process, and the system gives it back however the process ends.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def acquire(cls, directory: Path) -> DirectoryLock:
        """Take the lock.

        Raises:
            StudioUnavailable: Another studio runs on this directory, or no file
                can be made there.
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
                "Stop it first, or choose another directory with --data-dir."
            ) from error
        return cls(connection)

    def release(self) -> None:
        """Give it back; a second call does nothing."""
        self._connection.close()


def _unwritable(directory: Path) -> StudioUnavailable:
    return StudioUnavailable(
        f"The data directory {directory} cannot be written. "
        "Mend its permissions, or choose another with --data-dir."
    )
