"""Asynchronous access to one SQLite file: one writer thread and several reader threads."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.records.migrate import Migration, migrate

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READERS = 4
BUSY_MILLISECONDS = 5000

_WRITER_PRAGMAS = (
    "journal_mode = WAL",
    # NORMAL could lose accepted requests in a power failure. FULL costs one fsync
    # per commit, which is little compared with the seconds an image takes.
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "journal_size_limit = 16777216",
    f"busy_timeout = {BUSY_MILLISECONDS}",
)
_READER_PRAGMAS = ("query_only = ON", f"busy_timeout = {BUSY_MILLISECONDS}")


class Database:
    """Runs functions on connections, each in its own transaction.

    Writes run one at a time in a single thread with `BEGIN IMMEDIATE`, so they
    never conflict. Each read sees one snapshot that includes every write that was
    acknowledged before it.
    """

    def __init__(self, path: Path, steps: tuple[Migration, ...]) -> None:
        """Open or create the file at `path`, and migrate it.

        Raises:
            StudioUnavailable: The file cannot be opened, or a newer release wrote it.
        """
        self._path = path
        self._scrub = False
        self._local = threading.local()
        self._readers_lock = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._connection = _open_writer(path, steps)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="records-write")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="records-read")

    async def write(
        self,
        work: Work[T],
        *,
        committed: Callable[[], None] | None = None,
        scrub: bool = False,
    ) -> T:
        """Run `work` in a write transaction and commit it. An exception rolls it back.

        Args:
            committed: Called in the writer thread after the commit, even if the
                caller was canceled.
            scrub: Truncate the write-ahead log, because it contains deleted data.

        Raises:
            StudioUnavailable: SQLite cannot write, or the database is closed.
        """

        def run() -> T:
            result = _in_transaction(self._connection, "BEGIN IMMEDIATE", work)
            if committed is not None:
                committed()
            self._scrub = self._scrub or scrub
            if self._scrub:
                self._scrub = not _empty_log(self._connection)
            return result

        return await _result(self._writing, run)

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one snapshot in a reader thread.

        Raises:
            StudioUnavailable: SQLite cannot read, or the database is closed.
        """
        return await _result(
            self._reading, lambda: _in_transaction(self._reader(), "BEGIN DEFERRED", work)
        )

    def close(self) -> None:
        """Finish pending work, then close. Safe to call more than once."""
        self._writing.shutdown()
        self._reading.shutdown()
        for connection in (*self._readers, self._connection):
            connection.close()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(f"{self._path.as_uri()}?mode=ro", _READER_PRAGMAS)
            self._local.connection = connection
            with self._readers_lock:
                self._readers.append(connection)
        return connection


def _open_writer(path: Path, steps: tuple[Migration, ...]) -> sqlite3.Connection:
    # SQLite gives the write-ahead log and shared memory the mode of the database file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        connection = _connect(path.as_uri(), _WRITER_PRAGMAS)
    except sqlite3.DatabaseError as error:
        raise StudioUnavailable(f"The records at {path} cannot be opened: {error}.") from error
    try:
        migrate(connection, steps)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(uri: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _in_transaction(connection: sqlite3.Connection, begin: str, work: Work[T]) -> T:
    try:
        connection.execute(begin)
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.OperationalError as error:
        raise StudioUnavailable(f"The records cannot be used: {error}.") from error
    return result


def _empty_log(connection: sqlite3.Connection) -> bool:
    """Truncate the write-ahead log; return False if a reader still uses an old snapshot."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    return not busy


async def _result(executor: ThreadPoolExecutor, run: Callable[[], T]) -> T:
    try:
        future = executor.submit(run)
    except RuntimeError as error:
        raise StudioUnavailable("The records are closed.") from error
    return await asyncio.wrap_future(future)
