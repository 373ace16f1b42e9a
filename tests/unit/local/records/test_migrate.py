"""The database is brought to the newest form once, wholly, and never backwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Status
from genai_studio.domain.history import HistoryFilter, HistoryQuery
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


def test_an_empty_database_takes_every_step(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))

    assert version(connection) == 2
    assert connection.execute("SELECT x, y FROM a").fetchall() == [("one; two", 2)]


def test_an_older_database_takes_the_steps_it_lacks(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))
    connection.execute("INSERT INTO a VALUES ('kept')")

    migrate(connection, (FIRST, SECOND))

    assert connection.execute("SELECT x, y FROM a").fetchall() == [("one; two", 2), ("kept", 2)]


def test_nothing_happens_twice(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))
    migrate(connection, (FIRST, SECOND))

    assert connection.execute("SELECT count(*) FROM a").fetchone() == (1,)


def test_a_step_that_fails_undoes_those_before_it(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST,))

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (FIRST, SECOND, BROKEN))

    assert version(connection) == 1
    assert connection.execute("SELECT * FROM a").fetchall() == [("one; two",)]
    assert not connection.in_transaction


def test_what_a_newer_release_wrote_is_left_alone(connection: sqlite3.Connection) -> None:
    migrate(connection, (FIRST, SECOND))

    with pytest.raises(StudioUnavailable, match="newer release"):
        migrate(connection, (FIRST,))

    assert version(connection) == 2


def test_the_releases_own_steps_are_numbered_without_a_gap() -> None:
    assert [step.version for step in migrations()] == list(range(1, len(migrations()) + 1))


@pytest.mark.anyio
async def test_the_file_of_the_first_release_opens(tmp_path: Path) -> None:
    """`databases/v1.sql` is what 0.1.0 left behind: `.dump` of a studio with three images."""
    dump = Path(__file__).with_name("databases").joinpath("v1.sql").read_text("utf-8")
    old = sqlite3.connect(tmp_path / FILE)
    old.executescript(dump)
    old.close()

    records = LocalRecords.open(tmp_path)
    try:
        page = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(), first=10))
        found = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(text="苹果"), first=10))
        used = await records.quota_used(ALICE, "2026-05-04")
        changes = await records.changes(None, 10)
    finally:
        records.close()
    assert [one.status for one in page.items] == [Status.QUEUED, Status.SUCCEEDED]
    assert [one.request.prompt for one in found.items] == ["一只红苹果"]
    assert found.items[0].images[0].content_type == "image/png"
    assert used == 2
    assert [change.version for change in changes] == [1, 2, 1, 1]
