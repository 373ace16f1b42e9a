"""Asynchronous access to one SQLite file: one writer thread and several reader threads."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.data_dir import RESTORE
from genai_studio.local.fair_slots import FairSlots
from genai_studio.local.records.migrate import Migration, migrate
from genai_studio.local.records.open_files import OpenFiles
from genai_studio.local.records.sqlite_errors import RecordsDamaged, unavailable

_log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Prepare = Callable[[sqlite3.Connection], object]

READERS = 4
READERS_PER_USER = 1
WRITES = 2
"""Writes handed to the writer thread: one runs, and the next one is ready when it ends."""
BUSY_MILLISECONDS = 5000
CHECK_SECONDS = 1.0
"""Maximum duration of the integrity check at the start. A large file is checked in part."""

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
INLINE_INSTRUCTIONS = 20_000
"""Instructions of SQLite's virtual machine that a read may take on the event loop's thread,
at most twice as many: about a millisecond. A page of 100 generations takes 4,000."""
_INLINE_PRAGMAS = ("query_only = ON", "busy_timeout = 0")
_READER_PRAGMAS = ("query_only = ON", f"busy_timeout = {BUSY_MILLISECONDS}")
_RETRIABLE = {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Database:
    """Runs functions on connections, each in its own transaction.

    Writes run one at a time in a single thread with `BEGIN IMMEDIATE`, so they
    never conflict. Each read sees one snapshot that includes every write that was
    acknowledged before it.
    """

    def __init__(
        self,
        path: Path,
        steps: tuple[Migration, ...],
        prepare: Prepare | None = None,
        *,
        companions: Sequence[Path] = (),
    ) -> None:
        """Open or create the file at `path`, check its integrity, and migrate it.

        Args:
            steps: The schema.
            prepare: Called with the writer's connection, in autocommit mode, after
                the migration.
            companions: Other open files. If one of them is removed or replaced,
                nothing more is written.

        Raises:
            StudioUnavailable: The file cannot be opened or is damaged, or a newer
                release wrote it.
        """
        self._path = path
        self._scrub = False
        self._fault: str | None = None
        self._closed = False
        self._local = threading.local()
        self._readers_lock = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._connection = _open_writer(path, steps, prepare)
        log, index = (path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))
        self._files = OpenFiles((path, log, index, *companions))
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="records-write")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="records-read")
        self._slots = FairSlots(READERS, READERS_PER_USER)
        self._writes = FairSlots(WRITES, WRITES)

    async def fault(self) -> str | None:
        """Return why nothing can be written until the next start; None if all is well."""

        def check() -> str | None:
            with suppress(StudioUnavailable):
                self._check_files()
            return self._fault

        return self._fault or await _result(self._writing, check)

    async def write(
        self,
        work: Work[T],
        *,
        committed: Callable[[], None] | None = None,
        scrub: bool = False,
        user: Hashable = None,
    ) -> T:
        """Run `work` in a write transaction and commit it. An exception rolls it back.

        Args:
            committed: Called in the writer thread after the commit, even if the
                caller was canceled.
            scrub: Truncate the write-ahead log, because it contains deleted data.
            user: Users take turns. None for the studio itself.

        Raises:
            StudioUnavailable: SQLite cannot write, the database is damaged, removed,
                replaced or closed.
        """

        def run() -> T:
            self._check_files()
            result = self._run(self._connection, "BEGIN IMMEDIATE", work)
            # A file that was removed meanwhile does not contain what was committed.
            self._check_files()
            if committed is not None:
                committed()
            self._scrub = self._scrub or scrub
            if self._scrub:
                self._scrub = not _empty_log(self._connection)
            return result

        async with self._writes.slot(user):
            return await _result(self._writing, run)

    async def read(self, work: Work[T], user: Hashable = None, *, one_snapshot: bool = True) -> T:
        """Run `work` on one snapshot: at once if it is short, else in a reader thread.

        Switching threads takes longer than most reads. A read that exceeds
        `INLINE_INSTRUCTIONS` is interrupted and starts again in a reader thread.

        Args:
            user: Users take turns in the reader threads, and none uses all of them.
                None for the studio itself.
            one_snapshot: Whether all statements must see the same records. A single
                statement, which always does, is faster without.

        Raises:
            StudioUnavailable: SQLite cannot read, or the database is closed.
        """
        begin = "BEGIN DEFERRED" if one_snapshot else None
        if self._closed:
            raise StudioUnavailable("The records are closed.")
        try:
            connection = self._inline_reader()
            self._local.intervals = 0
            result = self._run(connection, begin, work)
        except StudioUnavailable as error:
            if not _is_retriable(error):
                raise
        else:
            # A task that only reads must not keep the others from running.
            await asyncio.sleep(0)
            return result
        async with self._slots.slot(user):
            return await _result(self._reading, lambda: self._run(self._reader(), begin, work))

    def close(self) -> None:
        """Finish pending work, then close. Safe to call more than once."""
        self._closed = True
        self._writing.shutdown()
        self._reading.shutdown()
        for connection in (*self._readers, self._connection):
            connection.close()

    def _run(self, connection: sqlite3.Connection, begin: str | None, work: Work[T]) -> T:
        try:
            return _in_transaction(connection, begin, work, self._path.name)
        except RecordsDamaged as error:
            self._fault = str(error)
            raise

    def _check_files(self) -> None:
        """Raise `StudioUnavailable` if the database is damaged or no longer at its path.

        Call this in the writer thread only.
        """
        if self._fault is None:
            missing = self._files.missing()
            if missing is None:
                return
            self._fault = _missing_message(missing)
            _log.error("%s", self._fault)
            if self._files.has(self._path):
                self._rescue_log()
        raise StudioUnavailable(self._fault)

    def _rescue_log(self) -> None:
        """Copy the removed write-ahead log, which is still open, into the database file."""
        try:
            self._connection.execute("PRAGMA wal_checkpoint(FULL)")
        except sqlite3.Error as error:
            _log.error("The write-ahead log could not be saved: %s", error)

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect_reader(_READER_PRAGMAS)
        return connection

    def _inline_reader(self) -> sqlite3.Connection:
        """Return the connection of this thread, which runs an event loop."""
        connection: sqlite3.Connection | None = getattr(self._local, "inline", None)
        if connection is None:
            connection = self._local.inline = self._connect_reader(_INLINE_PRAGMAS)
            connection.set_progress_handler(self._exceeds_budget, INLINE_INSTRUCTIONS)
        return connection

    def _exceeds_budget(self) -> bool:
        """Return whether a whole interval has passed since the start of the inline read.

        SQLite counts the instructions of a cached statement across its executions, so
        the first interval of a read may end after any number of instructions.
        """
        self._local.intervals += 1
        return bool(self._local.intervals > 1)

    def _connect_reader(self, pragmas: tuple[str, ...]) -> sqlite3.Connection:
        missing = self._files.missing()
        if missing is not None:
            raise StudioUnavailable(_missing_message(missing))
        connection = _connect(f"{self._path.as_uri()}?mode=ro", pragmas)
        with self._readers_lock:
            self._readers.append(connection)
        return connection


def _missing_message(path: Path) -> str:
    return (
        f"{path.name} was removed or replaced while the studio was running, so nothing more is "
        f"stored. Restart the studio. If records are missing then, restore a backup. {RESTORE}"
    )


def _open_writer(
    path: Path, steps: tuple[Migration, ...], prepare: Prepare | None
) -> sqlite3.Connection:
    # SQLite gives the write-ahead log and shared memory the mode of the database file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        connection = _connect(path.as_uri(), _WRITER_PRAGMAS)
        try:
            _check_integrity(connection, path)
            migrate(connection, steps)
            if prepare is not None:
                prepare(connection)
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        raise unavailable(error, str(path)) from error
    return connection


def _check_integrity(connection: sqlite3.Connection, path: Path) -> None:
    """Check the file for at most `CHECK_SECONDS`.

    Raises:
        RecordsDamaged: The check found damage.
    """
    end = time.monotonic() + CHECK_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return
    finally:
        connection.set_progress_handler(None, 0)
    if found != "ok":
        detail = " ".join(str(found).split())
        raise RecordsDamaged(f"{path} is damaged: {detail}. Restore a backup. {RESTORE}")


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


def _is_retriable(error: StudioUnavailable) -> bool:
    """Return whether a read needs more instructions, or waits for a lock."""
    cause = error.__cause__
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode in _RETRIABLE


def _in_transaction(
    connection: sqlite3.Connection, begin: str | None, work: Work[T], name: str
) -> T:
    try:
        if begin is None:
            return work(connection)
        connection.execute(begin)
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise unavailable(error, name) from error
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
