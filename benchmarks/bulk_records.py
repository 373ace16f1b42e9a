"""Fill a local store with many records in the order of its indexes.

The adapter inserts the search terms of each record before the next record: at random
places of an index that does not fit into SQLite's cache. Here the adapter's functions
write to a recorder instead of a connection, and the recorded rows are inserted sorted, in
one transaction that need not survive a crash. The terms of each word are computed once.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.search.terms import index_terms
from genai_studio.local.records import change_feed, generations, postings
from genai_studio.local.records.columns import ensure_owner_number

BATCH = 5_000
"""Records that are kept in memory before they are inserted."""


def insert_in_bulk(file: Path, owner: Owner, stored: Iterable[Generation]) -> list[str]:
    """Insert new generations of one owner into a closed store, and return their IDs.

    Args:
        file: The store's database.
        stored: In ascending order of their IDs. Their prompts consist of words between
            spaces, many times the same ones.
    """
    ids: list[str] = []
    waiting = iter(stored)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN IMMEDIATE")
        number = ensure_owner_number(connection, owner)
        recorder = Recorder()
        terms = patch.object(postings, "index_terms", _terms_of_words)
        while batch := list(islice(waiting, BATCH)):
            with terms:
                for generation in batch:
                    generations.insert(cast("sqlite3.Connection", recorder), number, generation)
            for generation in batch:
                change_feed.append(connection, number, generation)
                ids.append(generation.id)
            recorder.flush_rows(connection)
        connection.executemany(recorder.postings_statement, recorder.sorted_postings())
        connection.execute("COMMIT")
    return ids


_terms_of_word = cache(index_terms)


def _terms_of_words(prompt: str) -> tuple[str, ...]:
    """Return the terms of a prompt: those of its words, each once."""
    return tuple(dict.fromkeys(term for word in prompt.split() for term in _terms_of_word(word)))


class Recorder:
    """Stands in for a connection and keeps the rows of its `INSERT` statements.

    Attributes:
        postings_statement: The statement that inserts search terms.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._ids: dict[tuple[int, str], list[bytes]] = defaultdict(list)
        self.postings_statement = ""

    def execute(self, statement: str, row: Mapping[str, Any]) -> None:
        """Record a row of a generation."""
        self._rows[statement].append(row)

    def executemany(self, statement: str, rows: Iterable[tuple[int, str, bytes]]) -> None:
        """Record the search terms of a generation."""
        self.postings_statement = statement
        for owner, term, id_ in rows:
            self._ids[owner, term].append(id_)

    def flush_rows(self, connection: sqlite3.Connection) -> None:
        """Insert and forget the rows of `execute`."""
        for statement, rows in self._rows.items():
            connection.executemany(statement, rows)
        self._rows.clear()

    def sorted_postings(self) -> Iterator[tuple[int, str, bytes]]:
        """Yield the rows of `executemany` in the order of their key."""
        for owner, term in sorted(self._ids):
            for id_ in self._ids[owner, term]:
                yield owner, term, id_
