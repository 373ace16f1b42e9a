"""The keys of submits, remembered longer than any client tries again."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from genai_studio.domain.errors import IdempotencyConflict
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.local.records.columns import from_blob, to_blob, to_milliseconds

KEPT = timedelta(days=8)
"""At least 7 days, whatever the clocks of clients and studio differ by."""

_SWEPT_AT_ONCE = 100


def find_key(connection: sqlite3.Connection, owner: int, key: IdempotencyKey) -> str | None:
    """Id of the generation that this key was used for; None when it is new.

    Raises:
        IdempotencyConflict: It was used with another fingerprint.
    """
    row = connection.execute(
        "SELECT fingerprint, id FROM idempotency_keys WHERE owner = ? AND client_request_id = ?",
        (owner, key.client_request_id),
    ).fetchone()
    if row is None:
        return None
    if row[0] != key.fingerprint:
        raise IdempotencyConflict()
    return from_blob(row[1])


def insert_key(
    connection: sqlite3.Connection,
    owner: int,
    key: IdempotencyKey,
    generation_id: str,
    now: datetime,
) -> None:
    """Remember a new key, and forget some of those that are old enough."""
    connection.execute(
        "INSERT INTO idempotency_keys (owner, client_request_id, fingerprint, id, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            owner,
            key.client_request_id,
            key.fingerprint,
            to_blob(generation_id),
            to_milliseconds(now),
        ),
    )
    old = connection.execute(
        "SELECT owner, client_request_id FROM idempotency_keys WHERE created_at < ? LIMIT ?",
        (to_milliseconds(now - KEPT), _SWEPT_AT_ONCE),
    ).fetchall()
    connection.executemany(
        "DELETE FROM idempotency_keys WHERE owner = ? AND client_request_id = ?", old
    )
