"""The `generations` table: one row per generation, with its document and query columns."""

from __future__ import annotations

import sqlite3
from typing import Any

from genai_studio.domain import document
from genai_studio.domain.generation import Generation
from genai_studio.domain.search.terms import VERSION as TERMS_VERSION
from genai_studio.local.records.columns import optional_milliseconds, to_blob, to_milliseconds
from genai_studio.local.records.postings import add_postings, change_boards, remove_postings


def find(connection: sqlite3.Connection, owner: int, generation_id: str) -> Generation | None:
    """Return the stored generation, or None."""
    row = connection.execute(
        "SELECT document FROM generations WHERE owner = ? AND id = ?",
        (owner, to_blob(generation_id)),
    ).fetchone()
    return None if row is None else document.decode(row[0])


def insert(connection: sqlite3.Connection, owner: int, generation: Generation) -> None:
    """Store a new generation, the search terms of its prompt, and its boards."""
    terms = add_postings(connection, owner, generation.id, generation.request.prompt)
    change_boards(connection, owner, generation.id, (), generation.boards)
    connection.execute(
        "INSERT INTO generations (owner, id, created_at, terms, terms_version, version, status,"
        " model, favorite, trashed_at, not_before, due_at, document)"
        " VALUES (:owner, :id, :created_at, :terms, :terms_version, :version, :status, :model,"
        " :favorite, :trashed_at, :not_before, :due_at, :document)",
        _columns(owner, generation)
        | {
            "created_at": to_milliseconds(generation.created_at),
            "terms": " ".join(terms),
            "terms_version": TERMS_VERSION,
        },
    )


def replace(
    connection: sqlite3.Connection, owner: int, before: Generation, after: Generation
) -> bool:
    """Replace `before`; return False if another version is stored."""
    cursor = connection.execute(
        "UPDATE generations SET version = :version, status = :status, model = :model,"
        " favorite = :favorite, trashed_at = :trashed_at, not_before = :not_before,"
        " due_at = :due_at, document = :document"
        " WHERE owner = :owner AND id = :id AND version = :before",
        _columns(owner, after) | {"before": before.version},
    )
    if cursor.rowcount != 1:
        return False
    if after.boards != before.boards:
        change_boards(connection, owner, after.id, before.boards, after.boards)
    return True


def delete(connection: sqlite3.Connection, owner: int, generation: Generation) -> bool:
    """Delete a generation, its search terms and its places on boards.

    Returns:
        False if another version is stored.
    """
    row = connection.execute(
        "DELETE FROM generations WHERE owner = ? AND id = ? AND version = ? RETURNING terms",
        (owner, to_blob(generation.id), generation.version),
    ).fetchone()
    if row is None:
        return False
    remove_postings(connection, owner, generation.id, row[0].split())
    change_boards(connection, owner, generation.id, generation.boards, ())
    return True


def count_unfinished(connection: sqlite3.Connection, owner: int) -> int:
    """Return the number of QUEUED and RUNNING generations of an owner."""
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM generations INDEXED BY queued"
        "         WHERE owner = :owner AND status = 'QUEUED')"
        " + (SELECT count(*) FROM generations INDEXED BY running"
        "     WHERE owner = :owner AND status = 'RUNNING')",
        {"owner": owner},
    ).fetchone()
    return int(count)


def _columns(owner: int, generation: Generation) -> dict[str, Any]:
    return {
        "owner": owner,
        "id": to_blob(generation.id),
        "version": generation.version,
        "status": str(generation.status),
        "model": generation.request.model,
        "favorite": int(generation.favorite),
        "trashed_at": optional_milliseconds(generation.trashed_at),
        "not_before": optional_milliseconds(generation.not_before),
        "due_at": optional_milliseconds(generation.due_at),
        "document": document.encode(generation),
    }
