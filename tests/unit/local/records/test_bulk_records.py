"""The benchmark's bulk insertion stores exactly the rows of the adapter."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bulk_records
from benchmarks.bulk_records import insert_in_bulk
from benchmarks.history import prompt
from genai_studio.local.records import change_feed, generations
from genai_studio.local.records.columns import ensure_owner_number
from genai_studio.local.records.store import FILE, LocalRecords
from tests.builders import ALICE, a_generation

pytestmark = pytest.mark.anyio

COUNT = 400


def tables(directory: Path) -> dict[str, list[Any]]:
    """Return the rows of all tables, in the order of their keys."""
    connection = sqlite3.connect(directory / FILE)
    try:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: connection.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall()  # noqa: S608
            for (name,) in names
        }
    finally:
        connection.close()


async def test_bulk_insertion_stores_the_rows_of_the_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_records, "BATCH", 150)
    monkeypatch.setattr(change_feed, "KEPT", 100)
    monkeypatch.setattr(change_feed, "_TRIM_INTERVAL", 50)
    randomness = random.Random(7)  # noqa: S311 - not a secret
    made = [a_generation(prompt=prompt(randomness)) for _ in range(COUNT)]

    adapter = LocalRecords.open(tmp_path / "adapter")

    def insert(connection: sqlite3.Connection) -> None:
        for generation in made:
            owner = ensure_owner_number(connection, ALICE)
            generations.insert(connection, owner, generation)
            change_feed.append(connection, owner, generation)

    await adapter.database.write(insert)
    adapter.close()
    LocalRecords.open(tmp_path / "bulk").close()
    ids = insert_in_bulk(tmp_path / "bulk" / FILE, ALICE, iter(made))
    LocalRecords.open(tmp_path / "bulk").close()

    assert ids == [one.id for one in made]
    expected = tables(tmp_path / "adapter")
    assert tables(tmp_path / "bulk") == expected
    assert len(expected["generations"]) == COUNT
    assert len(expected["changes"]) == 100
    assert len(expected["postings"]) > 10 * COUNT
