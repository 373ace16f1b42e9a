"""All queries use an index, without full scans or sorting."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from genai_studio.domain.generation import Status
from genai_studio.domain.history import HistoryFilter
from genai_studio.domain.ids import new_id
from genai_studio.local.queue import fair_order
from genai_studio.local.records import history
from genai_studio.local.records.columns import to_milliseconds
from genai_studio.local.records.migrate import migrate, migrations
from tests.builders import NOON

FILTERS = [
    replace(more, favorite=favorite, trashed=trashed)
    for favorite, trashed, more in product(
        (None, True, False),
        (True, False),
        (
            HistoryFilter(),
            HistoryFilter(model="builtin"),
            HistoryFilter(statuses=(Status.FAILED, Status.CANCELED)),
            HistoryFilter(created_from=NOON, created_before=NOON),
        ),
    )
]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    migrate(opened, migrations())
    yield opened
    opened.close()


def plan(connection: sqlite3.Connection, sql: str, parameters: Any) -> list[str]:
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
    return [row[3] for row in rows]


def assert_uses_indexes(steps: list[str]) -> None:
    assert steps
    for step in steps:
        assert "TEMP B-TREE" not in step, steps
        assert not step.startswith("SCAN"), steps


@pytest.mark.parametrize("terms", [[], ["apple"], ["apple", "red", "苹果"]], ids=str)
@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_page_scans_an_index(
    connection: sqlite3.Connection, wanted: HistoryFilter, terms: list[str]
) -> None:
    scan = history.plan_scan(wanted, terms)
    scan.parameters |= {"owner": 1, "before": b"", "floor": b"", "rows": 10, "budget": 1000}

    assert_uses_indexes(plan(connection, scan.page_sql(), scan.parameters))
    assert_uses_indexes(plan(connection, scan.floor_sql(), scan.parameters))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (HistoryFilter(), "history"),
        (HistoryFilter(trashed=True), "trash"),
        (HistoryFilter(favorite=True), "favorites"),
    ],
    ids=str,
)
def test_favorites_and_trash_have_their_own_indexes(
    connection: sqlite3.Connection, wanted: HistoryFilter, index: str
) -> None:
    scan = history.plan_scan(wanted, [])
    scan.parameters |= {"owner": 1, "before": b"", "floor": b"", "rows": 10, "budget": 1000}

    (step,) = plan(connection, scan.page_sql(), scan.parameters)

    assert f"USING INDEX {index} (owner=? AND id" in step


def test_a_board_is_scanned_by_its_term(connection: sqlite3.Connection) -> None:
    wanted = HistoryFilter(board=new_id())
    terms = wanted.indexed_terms()
    assert terms is not None
    scan = history.plan_scan(wanted, list(terms))
    scan.parameters |= {"owner": 1, "before": b"", "floor": b"", "rows": 10, "budget": 1000}

    walked, looked_up = plan(connection, scan.page_sql(), scan.parameters)

    assert "SEARCH p USING PRIMARY KEY (owner=? AND term=? AND id" in walked
    assert "(owner=? AND id=?)" in looked_up


def test_a_search_scans_only_one_owner_and_term(connection: sqlite3.Connection) -> None:
    scan = history.plan_scan(HistoryFilter(), ["apple"])
    scan.parameters |= {"owner": 1, "before": b"", "floor": b"", "rows": 10, "budget": 1000}

    walked, looked_up = plan(connection, scan.page_sql(), scan.parameters)

    assert "SEARCH p USING PRIMARY KEY (owner=? AND term=? AND id" in walked
    assert "(owner=? AND id=?)" in looked_up


def plans_of(connection: sqlite3.Connection, query: object) -> list[str]:
    """Return the plans of all statements that `query` executes."""
    sent: list[str] = []
    connection.set_trace_callback(sent.append)
    assert callable(query)
    query(connection)
    connection.set_trace_callback(None)
    return sent


def test_queue_queries_use_the_indexes_of_unfinished_generations(
    connection: sqlite3.Connection,
) -> None:
    statements = [
        *plans_of(connection, lambda it: fair_order.next_in_turn(it, NOON, 1)),
        *plans_of(connection, lambda it: fair_order.next_not_before(it, NOON)),
        *plans_of(connection, fair_order.running),
        *plans_of(connection, lambda it: fair_order.position(it, 1, new_id())),
    ]

    for statement in statements:
        for step in plan(connection, statement, ()):
            if step.startswith("SCAN"):
                assert "INDEX queued" in step or "INDEX running" in step, step


def test_due_uses_its_index(connection: sqlite3.Connection) -> None:
    sql = (
        "SELECT g.id FROM generations g INDEXED BY due WHERE g.due_at <= ?"
        " ORDER BY g.due_at LIMIT ?"
    )
    (step,) = plan(connection, sql, (to_milliseconds(NOON), 10))

    assert step == "SEARCH g USING INDEX due (due_at<?)"
