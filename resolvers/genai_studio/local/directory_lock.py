"""Allow one running studio per data directory."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.path_lock import PathLock

LOCK_FILE = "studio.lock"

_WAIT_SECONDS = 0.25
"""Maximum wait for a `is_locked` of another process, which holds the lock for an instant."""


class DirectoryLock:
    """A lock that lasts from `acquire` until `release` or the end of the process.

    It is an exclusive SQLite lock on an empty database. SQLite's locks work on
    every operating system, also between two connections of one process, and
    the operating system releases them when the process ends for any reason.
    """

    def __init__(self, connection: sqlite3.Connection, path_lock: PathLock) -> None:
        self._connection = connection
        self._path_lock = path_lock

    @classmethod
    def acquire(cls, directory: Path) -> DirectoryLock:
        """Acquire the lock, which is free or held by a studio.

        Raises:
            StudioUnavailable: Another studio uses this directory, or the directory
                is not writable.
        """
        path = directory / LOCK_FILE
        try:
            _make_private(path)
            connection = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise _unwritable(directory) from error
        try:
            connection.execute("BEGIN EXCLUSIVE")
            return cls(connection, PathLock.acquire(directory))
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _refusal(directory, error) from error
        except BaseException:
            connection.close()
            raise

    def release(self) -> None:
        """Release the lock. Safe to call more than once."""
        self._connection.close()
        self._path_lock.release()


def is_locked(directory: Path) -> bool:
    """Return whether a studio holds the lock on a directory."""
    path = directory / LOCK_FILE
    if not path.is_file():
        return False
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    finally:
        connection.close()
    return False


def _make_private(path: Path) -> None:
    """Create the file with mode 0600, or set the mode of an existing file.

    A process that can read the file can lock it. Do not open an existing file here:
    closing a descriptor would release the POSIX locks of this process on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.is_file() and path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _refusal(directory: Path, error: sqlite3.DatabaseError) -> StudioUnavailable:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return StudioUnavailable(
            f"Another studio is running on {directory}. "
            "Stop it, or choose another directory with --data-dir."
        )
    if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
        return StudioUnavailable(
            f"{directory / LOCK_FILE} is damaged. It contains no data: delete it, and start again."
        )
    return _unwritable(directory)


def _unwritable(directory: Path) -> StudioUnavailable:
    return StudioUnavailable(
        f"The data directory {directory} is not writable. "
        "Fix its permissions, or choose another directory with --data-dir."
    )
