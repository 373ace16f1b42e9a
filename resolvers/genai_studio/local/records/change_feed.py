"""The change feed: every stored change, in order, for readers that keep a position.

There is one writer, so positions become visible in order. A reader that has read
one position has read all earlier ones.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.local.records.columns import from_blob, to_blob
from genai_studio.ports import Change

KEPT = 10_000
"""Number of recent changes that are kept even if all readers have read them."""

_TRIM_INTERVAL = 500


def append(
    connection: sqlite3.Connection, owner: int, generation: Generation, *, purged: bool = False
) -> None:
    """Append a change; every `_TRIM_INTERVAL` changes, delete those that all readers have read."""
    cursor = connection.execute(
        "INSERT INTO changes (owner, id, version, purged) VALUES (?, ?, ?, ?)",
        (owner, to_blob(generation.id), generation.version, int(purged)),
    )
    position = cursor.lastrowid or 0
    if position % _TRIM_INTERVAL == 0:
        connection.execute(
            "DELETE FROM changes WHERE position <= min(:newest,"
            " coalesce((SELECT min(position) FROM change_readers), :newest))",
            {"newest": position - KEPT},
        )


def after(connection: sqlite3.Connection, position: str | None, limit: int) -> Sequence[Change]:
    """Return the changes after a position, oldest first."""
    rows = connection.execute(
        "SELECT c.position, o.owner, c.id, c.version, c.purged"
        " FROM changes c CROSS JOIN owners o ON o.number = c.owner"
        " WHERE c.position > ? ORDER BY c.position LIMIT ?",
        (int(position or 0), limit),
    )
    return tuple(
        Change(str(number), GenerationRef(Owner(owner), from_blob(blob)), version, bool(purged))
        for number, owner, blob, version, purged in rows
    )


def purged(connection: sqlite3.Connection) -> Sequence[GenerationRef]:
    """Return the purged generations among the changes that are kept."""
    rows = connection.execute(
        "SELECT o.owner, c.id FROM changes c CROSS JOIN owners o ON o.number = c.owner"
        " WHERE c.purged = 1 ORDER BY c.position"
    )
    return tuple(GenerationRef(Owner(owner), from_blob(blob)) for owner, blob in rows)


def position_of(connection: sqlite3.Connection, reader: str) -> str | None:
    """Return a reader's stored position, or None."""
    row = connection.execute(
        "SELECT position FROM change_readers WHERE reader = ?", (reader,)
    ).fetchone()
    return None if row is None else str(row[0])


def set_position(connection: sqlite3.Connection, reader: str, position: str) -> None:
    """Store a reader's position."""
    connection.execute(
        "INSERT INTO change_readers (reader, position) VALUES (?, ?)"
        " ON CONFLICT (reader) DO UPDATE SET position = excluded.position",
        (reader, int(position)),
    )
