"""`Database`: transactions, snapshots, and a responsive event loop."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.records.database import Database
from genai_studio.local.records.migrate import Migration

pytestmark = pytest.mark.anyio

TABLE = Migration(1, "CREATE TABLE notes (text TEXT NOT NULL UNIQUE);")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "test.sqlite3", (TABLE,))
    yield opened
    opened.close()


def count(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("SELECT count(*) FROM notes").fetchone()
    return int(found)


def modes(directory: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}


def add(text: str, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO notes VALUES (?)", (text,))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
    ],
)
async def test_the_writer_has_durable_and_private_settings(
    database: Database, pragma: str, value: object
) -> None:
    found = await database.write(
        lambda connection: connection.execute(f"PRAGMA {pragma}").fetchone()
    )

    assert found == (value,)


async def test_a_read_sees_earlier_commits(database: Database) -> None:
    for number in range(20):
        await database.write(partial(add, f"note {number}"))
        assert await database.read(count) == number + 1


async def test_an_exception_rolls_back(database: Database) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        add("half done", connection)
        raise KeyError("deliberate")

    with pytest.raises(KeyError):
        await database.write(fail)

    assert await database.read(count) == 0
    await database.write(lambda connection: add("next", connection))


async def test_a_read_sees_one_snapshot_during_writes(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def read_twice(connection: sqlite3.Connection) -> tuple[int, int]:
        first = count(connection)
        begun.set()
        go_on.wait(5)
        return first, count(connection)

    reading = asyncio.create_task(database.read(read_twice))
    await asyncio.to_thread(begun.wait, 5)
    await database.write(lambda connection: add("meanwhile", connection))
    go_on.set()

    assert await reading == (0, 0)
    assert await database.read(count) == 1


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StudioUnavailable, match="readonly"):
        await database.read(lambda connection: add("no", connection))


async def test_a_slow_write_does_not_block_the_event_loop(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(5)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    assert await database.read(count) == 0
    assert not writing.done()
    go_on.set()
    await writing


async def test_a_canceled_caller_does_not_cancel_the_commit(database: Database) -> None:
    begun, go_on, committed = threading.Event(), threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(5)
        add("kept", connection)

    writing = asyncio.create_task(database.write(slow, committed=committed.set))
    await asyncio.to_thread(begun.wait, 5)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    go_on.set()
    await database.write(lambda connection: None)

    assert committed.is_set()
    assert await database.read(count) == 1


async def test_committed_is_not_called_after_a_rollback(database: Database) -> None:
    announced = threading.Event()
    await database.write(lambda connection: add("one", connection))

    with pytest.raises(sqlite3.IntegrityError):
        await database.write(lambda connection: add("one", connection), committed=announced.set)

    assert not announced.is_set()


async def test_a_closed_database_raises(tmp_path: Path) -> None:
    database = Database(tmp_path / "test.sqlite3", (TABLE,))
    database.close()
    database.close()

    with pytest.raises(StudioUnavailable, match="closed"):
        await database.read(count)
    with pytest.raises(StudioUnavailable, match="closed"):
        await database.write(count)


async def test_close_leaves_one_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "test.sqlite3", (TABLE,))
    await database.write(lambda connection: add("one", connection))
    await database.read(count)
    database.close()

    assert modes(tmp_path).keys() == {"test.sqlite3"}


async def test_a_file_that_is_not_a_database_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "test.sqlite3"
    path.write_bytes(b"not a database, and long enough to be sure of it. " * 50)

    with pytest.raises(StudioUnavailable, match=r"test\.sqlite3 is damaged: .* Restore a backup"):
        Database(path, (TABLE,))


async def test_database_files_are_private(database: Database, tmp_path: Path) -> None:
    await database.write(lambda connection: add("secret", connection))

    assert len(modes(tmp_path)) == 3
    assert set(modes(tmp_path).values()) == {0o600}


def thread(_: sqlite3.Connection) -> str:
    return threading.current_thread().name


async def test_a_short_read_runs_in_the_thread_of_the_event_loop(database: Database) -> None:
    assert await database.read(thread) == threading.current_thread().name


async def test_a_long_read_is_interrupted_and_repeated_in_a_reader_thread(
    database: Database,
) -> None:
    threads: list[str] = []

    def count_to_a_million(connection: sqlite3.Connection) -> int:
        threads.append(threading.current_thread().name)
        (found,) = connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
            " SELECT max(i) FROM n"
        ).fetchone()
        return int(found)

    assert await database.read(count_to_a_million) == 1_000_000
    assert threads[0] == threading.current_thread().name
    assert threads[1].startswith("records-read")
    assert len(threads) == 2
    assert await database.read(count) == 0


async def test_an_inline_read_sees_every_acknowledged_write(database: Database) -> None:
    for number in range(20):
        await database.write(partial(add, str(number)))
        assert await database.read(count) == number + 1


async def test_reads_after_close_are_rejected(database: Database) -> None:
    database.close()
    with pytest.raises(StudioUnavailable):
        await database.read(count)


async def test_repeated_short_reads_stay_in_the_thread_of_the_event_loop(
    database: Database,
) -> None:
    threads: set[str] = set()

    def count_to_a_thousand(connection: sqlite3.Connection) -> None:
        threads.add(threading.current_thread().name)
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            " SELECT max(i) FROM n"
        ).fetchone()

    for _ in range(50):
        await database.read(count_to_a_thousand)

    assert threads == {threading.current_thread().name}


async def test_users_take_turns_to_write(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()
    written: list[str] = []

    def wait(_: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(5)

    def write(user: str) -> asyncio.Task[None]:
        return asyncio.create_task(database.write(lambda _: written.append(user), user=user))

    first = asyncio.create_task(database.write(wait, user="many"))
    await asyncio.to_thread(begun.wait, 5)
    writes = [write(user) for user in (*["many"] * 20, "one")]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *writes)

    assert written.index("one") <= 2
