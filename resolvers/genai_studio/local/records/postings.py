"""Which prompts hold which words: the index behind search.

SQLite's FTS5 would be the obvious choice, and was not taken: its own
tokenizers miss 苹果 inside a sentence, so it would only hold the terms made in
`domain.search_terms` anyway; it answers in order of row numbers, where history
is in order of ids; and before SQLite 3.42 a deleted document's words stay in
its segments, where a purge must leave nothing. A plain table under the key
(owner, term, id) answers in the order of history, is walked from a cursor at
the same cost wherever that stands, never touches another owner's rows, forgets
at once, and is laid out as the table on AWS.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from genai_studio.domain.history import READ_BUDGET
from genai_studio.domain.search.terms import index_terms
from genai_studio.local.records.columns import to_blob


def add_postings(
    connection: sqlite3.Connection, owner: int, generation_id: str, prompt: str
) -> Sequence[str]:
    """Store the terms of a prompt, and return them."""
    terms = index_terms(prompt)
    blob = to_blob(generation_id)
    connection.executemany(
        "INSERT INTO postings (owner, term, id) VALUES (?, ?, ?)",
        ((owner, term, blob) for term in terms),
    )
    return terms


def remove_postings(
    connection: sqlite3.Connection, owner: int, generation_id: str, terms: Iterable[str]
) -> None:
    """Delete what `add_postings` stored."""
    blob = to_blob(generation_id)
    connection.executemany(
        "DELETE FROM postings WHERE owner = ? AND term = ? AND id = ?",
        ((owner, term, blob) for term in terms),
    )


def rarest_first(connection: sqlite3.Connection, owner: int, terms: Sequence[str]) -> list[str]:
    """The terms, the one with the fewest prompts of this owner first.

    The first is walked and the others are looked up. Counting stops where a
    page would stop reading, so its cost has a bound.
    """
    return sorted(terms, key=lambda term: _count(connection, owner, term))


def _count(connection: sqlite3.Connection, owner: int, term: str) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM postings WHERE owner = ? AND term = ? LIMIT ?)",
        (owner, term, READ_BUDGET + 1),
    ).fetchone()
    return int(count)
