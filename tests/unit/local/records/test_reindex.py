"""Search terms of earlier releases are replaced in bounded transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.search.terms import VERSION
from genai_studio.local.records import generations, history, reindex
from genai_studio.local.records.columns import ensure_owner_number, to_blob
from genai_studio.local.records.migrate import migrate, migrations
from tests.builders import ALICE, a_generation

PROMPTS = ("แมวส้มนอน", "un café", "a red apple", "a red pear", "красная Ёлка")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Return a database whose records have the terms of the first release."""
    opened = sqlite3.connect(":memory:", isolation_level=None)
    migrate(opened, migrations())
    owner = ensure_owner_number(opened, ALICE)
    for prompt in PROMPTS:
        stored = a_generation(prompt=prompt, boards=(BOARD,))
        generations.insert(opened, owner, stored)
        opened.execute(
            "DELETE FROM postings WHERE id = ? AND term NOT LIKE '@%'", (to_blob(stored.id),)
        )
        opened.execute("INSERT INTO postings VALUES (?, 'old', ?)", (owner, to_blob(stored.id)))
    opened.execute("UPDATE generations SET terms = 'old', terms_version = 1")
    yield opened
    opened.close()


def found(connection: sqlite3.Connection, text: str) -> list[str]:
    query = HistoryQuery(filter=HistoryFilter(text=text), first=10)
    return [one.request.prompt for one in history.page(connection, 1, query).items]


BOARD = "01a20993-8632-7418-8a8f-60af84c19625"


def on_board(connection: sqlite3.Connection) -> list[str]:
    query = HistoryQuery(filter=HistoryFilter(board=BOARD), first=10)
    return [one.request.prompt for one in history.page(connection, 1, query).items]


def outdated(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM generations WHERE terms_version < ?", (VERSION,)
    ).fetchone()
    return int(count)


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
def test_all_records_are_found_afterwards(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(reindex, "BATCH", batch)

    assert reindex.reindex(connection) == len(PROMPTS)

    assert outdated(connection) == 0
    assert found(connection, "แมว") == ["แมวส้มนอน"]
    assert found(connection, "елка") == ["красная Ёлка"]
    assert found(connection, "re") == ["a red pear", "a red apple"]
    assert found(connection, "old") == []
    assert on_board(connection) == [*PROMPTS[::-1]]
    assert reindex.reindex(connection) == 0


def test_stopped_run_continues(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "BATCH", 2)
    calls = []

    def stop(*arguments: object) -> int:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return run(*arguments)  # type: ignore[arg-type]

    run = reindex._reindex_batch
    monkeypatch.setattr(reindex, "_reindex_batch", stop)
    with pytest.raises(KeyboardInterrupt):
        reindex.reindex(connection)
    assert outdated(connection) == len(PROMPTS) - 2
    assert not connection.in_transaction

    monkeypatch.setattr(reindex, "_reindex_batch", run)
    assert reindex.reindex(connection) == len(PROMPTS) - 2


def test_unreadable_record_is_skipped_and_can_be_purged(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE generations SET document = x'7b' WHERE number = 3")

    assert reindex.reindex(connection) == len(PROMPTS)

    assert outdated(connection) == 0
    assert found(connection, "pear") == ["a red pear"]
    (terms,) = connection.execute("SELECT terms FROM generations WHERE number = 3").fetchone()
    assert terms == "old"


def test_batch_is_read_from_an_index(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    reindex.reindex(connection)
    connection.set_trace_callback(None)

    (select,) = [one for one in statements if one.startswith("SELECT number")]
    (step,) = connection.execute(f"EXPLAIN QUERY PLAN {select}").fetchall()
    assert "USING INDEX by_terms_version (terms_version<?)" in step[3]
