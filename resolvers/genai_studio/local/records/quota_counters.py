"""Daily counters per owner: of images, and of the bytes of uploads.

The studio's image count of a day is the sum over its owners. The counter of uploads has
a `day` of its own, such as “2026-05-04 uploads”.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from genai_studio.domain.errors import QuotaExceeded
from genai_studio.domain.quota import QuotaLimits

KEPT = timedelta(days=40)
"""Longer than any generation can still return quota."""


def used(connection: sqlite3.Connection, owner: int, day: str) -> int:
    """Return the owner's image count for a day."""
    row = connection.execute(
        "SELECT used FROM quota_counters WHERE day = ? AND owner = ?", (day, owner)
    ).fetchone()
    return 0 if row is None else int(row[0])


def take(
    connection: sqlite3.Connection, owner: int, day: str, images: int, limits: QuotaLimits
) -> None:
    """Count images against the quota of a day.

    Raises:
        QuotaExceeded: The images would exceed a limit.
    """
    own = used(connection, owner, day)
    if limits.user is not None and own + images > limits.user:
        raise QuotaExceeded(limits.user, limits.user - own)
    if limits.studio is not None:
        total = _studio_used(connection, day)
        if total + images > limits.studio:
            raise QuotaExceeded(limits.studio, limits.studio - total, whole_studio=True)
    _add(connection, owner, day, images)


def give_back(connection: sqlite3.Connection, owner: int, day: str, images: int) -> None:
    """Subtract images from the owner's count for a day."""
    connection.execute(
        "UPDATE quota_counters SET used = max(used - ?, 0) WHERE day = ? AND owner = ?",
        (images, day, owner),
    )


def count_upload(
    connection: sqlite3.Connection, owner: int, day: str, size: int, limit: int
) -> bool:
    """Add bytes to the counter of the owner's uploads of a day.

    Returns:
        False, and counts nothing, if the sum would exceed the limit.
    """
    counter = f"{day} uploads"
    if used(connection, owner, counter) + size > limit:
        return False
    _add(connection, owner, counter, size)
    return True


def _add(connection: sqlite3.Connection, owner: int, day: str, added: int) -> None:
    connection.execute(
        "INSERT INTO quota_counters (day, owner, used) VALUES (?, ?, ?)"
        " ON CONFLICT (day, owner) DO UPDATE SET used = used + excluded.used",
        (day, owner, added),
    )
    oldest = (date.fromisoformat(day[:10]) - KEPT).isoformat()
    connection.execute("DELETE FROM quota_counters WHERE day < ?", (oldest,))


def _studio_used(connection: sqlite3.Connection, day: str) -> int:
    (total,) = connection.execute(
        "SELECT coalesce(sum(used), 0) FROM quota_counters WHERE day = ?", (day,)
    ).fetchone()
    return int(total)
