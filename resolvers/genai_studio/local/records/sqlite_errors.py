"""Translate SQLite's errors into messages for users and operators."""

from __future__ import annotations

import sqlite3

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.data_dir import RESTORE

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUGS = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)


class RecordsDamaged(StudioUnavailable):
    """The database file is damaged. Nothing may be written to it."""


def unavailable(error: sqlite3.Error, name: str) -> Exception:
    """Return the exception to raise for an error of SQLite.

    Args:
        name: How to name the database file in the message.
    """
    if isinstance(error, _BUGS):
        return error
    # The low byte is the primary error code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _DAMAGE:
        return RecordsDamaged(f"{name} is damaged: {error}. Restore a backup. {RESTORE}")
    if code == sqlite3.SQLITE_FULL:
        return StudioUnavailable(
            "The disk is full, so nothing can be stored. Free space on the disk of the data "
            "directory."
        )
    return StudioUnavailable(f"The records cannot be used: {error}.")
