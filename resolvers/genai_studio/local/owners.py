"""The number under which an owner's rows are kept."""

from __future__ import annotations

import sqlite3

from genai_studio.domain.identity import Owner


def number_of(connection: sqlite3.Connection, owner: Owner) -> int | None:
    """The owner's number; None when nothing of theirs was ever stored."""
    row = connection.execute("SELECT number FROM owners WHERE owner = ?", (owner,)).fetchone()
    return None if row is None else int(row[0])


def ensure_number(connection: sqlite3.Connection, owner: Owner) -> int:
    """The owner's number, a new one where there was none."""
    number = number_of(connection, owner)
    if number is not None:
        return number
    (number,) = connection.execute(
        "INSERT INTO owners (owner) VALUES (?) RETURNING number", (owner,)
    ).fetchone()
    return int(number)
