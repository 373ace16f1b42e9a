"""How Python's values lie in SQLite's columns."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta

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


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_blob(generation_id: str) -> bytes:
    """The 16 bytes of an id; they sort as its text does."""
    return bytes.fromhex(generation_id.replace("-", ""))


def from_blob(blob: bytes) -> str:
    """The id that `to_blob` packed."""
    return str(uuid.UUID(bytes=blob))


def to_milliseconds(time: datetime) -> int:
    """Unix milliseconds; whole numbers, so nothing is lost to floating point."""
    return (time - _EPOCH) // _MILLISECOND


def optional_milliseconds(time: datetime | None) -> int | None:
    """The same, where there may be no time."""
    return None if time is None else to_milliseconds(time)


def from_milliseconds(milliseconds: int) -> datetime:
    """The time that `to_milliseconds` packed, with zone UTC."""
    return _EPOCH + milliseconds * _MILLISECOND
