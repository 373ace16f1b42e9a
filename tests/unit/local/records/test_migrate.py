"""Migrations run once, in one transaction, and never backward."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Status
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.local.boards import LocalBoards
from genai_studio.local.records.migrate import Migration, migrate, migrations
from genai_studio.local.records.store import FILE, LocalRecords
from tests.builders import ALICE

FIRST = Migration(1, "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one; two');")
SECOND = Migration(2, "ALTER TABLE a ADD COLUMN y INTEGER;\nUPDATE a SET y = 2;\n")
BROKEN = Migration(3, "CREATE TABLE b (x TEXT);\nINSERT INTO nowhere VALUES (1);\n")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    yield opened
    opened.close()


def version(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


def test_an_empty_database_gets_all_steps(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))

    assert version(connection) == 2
    assert connection.execute("SELECT x, y FROM a").fetchall() == [("one; two", 2)]


def test_an_older_database_gets_the_missing_steps(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))
    connection.execute("INSERT INTO a VALUES ('kept')")

    migrate(connection, (FIRST, SECOND))

    assert connection.execute("SELECT x, y FROM a").fetchall() == [("one; two", 2), ("kept", 2)]


def test_steps_run_once(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))
    migrate(connection, (FIRST, SECOND))

    assert connection.execute("SELECT count(*) FROM a").fetchone() == (1,)


def test_a_failed_step_rolls_back_all_steps(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (FIRST, SECOND, BROKEN))

    assert version(connection) == 1
    assert connection.execute("SELECT * FROM a").fetchall() == [("one; two",)]
    assert not connection.in_transaction


def test_a_database_of_a_newer_release_is_rejected(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))

    with pytest.raises(StudioUnavailable, match="newer release"):
        migrate(connection, (FIRST,))

    assert version(connection) == 2


def test_the_steps_are_numbered_consecutively() -> None:
    assert [step.version for step in migrations()] == list(range(1, len(migrations()) + 1))


@pytest.mark.anyio
async def test_a_database_of_the_first_release_is_migrated(tmp_path: Path) -> None:
    """`databases/v1.sql` is a dump of a 0.1.0 database with three images."""
    dump = Path(__file__).with_name("databases").joinpath("v1.sql").read_text("utf-8")
    old = sqlite3.connect(tmp_path / FILE)
    old.executescript(dump)
    old.close()

    records = LocalRecords.open(tmp_path)
    try:
        page = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(), first=10))
        found = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(text="苹果"), first=10))
        await LocalBoards(records.database).save(ALICE, BoardList(), BoardList(1))
        boards = await LocalBoards(records.database).read(ALICE)
        used = await records.quota_used(ALICE, "2026-05-04")
        changes = await records.changes(None, 10)
    finally:
        records.close()
    assert [one.status for one in page.items] == [Status.QUEUED, Status.SUCCEEDED]
    assert [one.request.prompt for one in found.items] == ["一只红苹果"]
    assert found.items[0].images[0].content_type == "image/png"
    assert [one.boards for one in page.items] == [(), ()]
    assert boards.version == 1
    assert used == 2
    assert [change.version for change in changes] == [1, 2, 1, 1]
