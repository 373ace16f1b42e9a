"""The search index: which prompts contain which terms, and which generations are on which boards.

A plain table is used instead of SQLite's FTS5, for three reasons. FTS5's
tokenizers do not find 苹果 inside a sentence, so it would need the terms of
`domain.search.terms` anyway. It returns rows in row number order, but history is
in ID order. Before SQLite 3.42 it keeps the words of deleted documents, but a
purge must remove them.

A table with the key (owner, term, id) returns rows in history order, costs the
same from any cursor, never reads another owner's rows, deletes immediately, and
has the same layout as the DynamoDB table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from genai_studio.domain.history import READ_BUDGET
from genai_studio.domain.search.terms import board_term, index_terms
from genai_studio.local.records.columns import to_blob


def add_postings(
    connection: sqlite3.Connection, owner: int, generation_id: str, prompt: str
) -> Sequence[str]:
    """Store and return the terms of a prompt."""
    terms = index_terms(prompt)
    _insert(connection, owner, generation_id, terms)
    return terms


def change_boards(
    connection: sqlite3.Connection,
    owner: int,
    generation_id: str,
    before: Sequence[str],
    after: Sequence[str],
) -> None:
    """Replace the rows of the boards that a generation was on by those that it is on."""
    removed = [board_term(board) for board in before if board not in after]
    remove_postings(connection, owner, generation_id, removed)
    added = [board_term(board) for board in after if board not in before]
    _insert(connection, owner, generation_id, added)


def remove_postings(
    connection: sqlite3.Connection, owner: int, generation_id: str, terms: Iterable[str]
) -> None:
    """Delete the rows that `add_postings` stored."""
    blob = to_blob(generation_id)
    connection.executemany(
        "DELETE FROM postings WHERE owner = ? AND term = ? AND id = ?",
        ((owner, term, blob) for term in terms),
    )


def rarest_first(connection: sqlite3.Connection, owner: int, terms: Sequence[str]) -> list[str]:
    """Sort terms by the number of this owner's prompts that contain them, fewest first.

    The first term is scanned and the others are looked up. Counting stops at the
    read budget of a page, which bounds its cost.
    """
    return sorted(terms, key=lambda term: _count(connection, owner, term))


def _insert(
    connection: sqlite3.Connection, owner: int, generation_id: str, terms: Sequence[str]
) -> None:
    blob = to_blob(generation_id)
    connection.executemany(
        "INSERT INTO postings (owner, term, id) VALUES (?, ?, ?)",
        ((owner, term, blob) for term in terms),
    )


def _count(connection: sqlite3.Connection, owner: int, term: str) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM postings WHERE owner = ? AND term = ? LIMIT ?)",
        (owner, term, READ_BUDGET + 1),
    ).fetchone()
    return int(count)
