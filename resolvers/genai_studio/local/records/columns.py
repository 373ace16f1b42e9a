"""Conversions between Python values and SQLite columns."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta

from genai_studio.domain.identity import Owner


def find_owner_number(connection: sqlite3.Connection, owner: Owner) -> int | None:
    """Return the owner's number; None if the owner has never stored anything."""
    row = connection.execute("SELECT number FROM owners WHERE owner = ?", (owner,)).fetchone()
    return None if row is None else int(row[0])


def ensure_owner_number(connection: sqlite3.Connection, owner: Owner) -> int:
    """Return the owner's number; assign one if there is none."""
    number = find_owner_number(connection, owner)
    if number is not None:
        return number
    (number,) = connection.execute(
        "INSERT INTO owners (owner) VALUES (?) RETURNING number", (owner,)
    ).fetchone()
    return int(number)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_blob(generation_id: str) -> bytes:
    """Return the 16 bytes of an ID. They sort in the same order as its text."""
    return bytes.fromhex(generation_id.replace("-", ""))


def from_blob(blob: bytes) -> str:
    """Return the ID from the bytes that `to_blob` made."""
    return str(uuid.UUID(bytes=blob))


def to_milliseconds(time: datetime) -> int:
    """Return Unix milliseconds, computed with integers to avoid rounding errors."""
    return (time - _EPOCH) // _MILLISECOND


def optional_milliseconds(time: datetime | None) -> int | None:
    """Return Unix milliseconds, or None for None."""
    return None if time is None else to_milliseconds(time)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the UTC time for Unix milliseconds."""
    return _EPOCH + milliseconds * _MILLISECOND
