"""Idempotency keys of submitted requests."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from genai_studio.domain.errors import IdempotencyConflict
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.local.records.columns import from_blob, to_blob, to_milliseconds

KEPT = timedelta(days=8)
"""The API promises 7 days; one more allows for clock differences."""

_SWEEP_BATCH = 100


def find_key(connection: sqlite3.Connection, owner: int, key: IdempotencyKey) -> str | None:
    """Return the ID of the generation that this key created; None if the key is new.

    Raises:
        IdempotencyConflict: The key was used with another fingerprint.
    """
    row = connection.execute(
        "SELECT fingerprint, id FROM idempotency_keys WHERE owner = ? AND client_request_id = ?",
        (owner, key.client_request_id),
    ).fetchone()
    if row is None:
        return None
    if not key.matches(row[0]):
        raise IdempotencyConflict()
    return from_blob(row[1])


def insert_key(
    connection: sqlite3.Connection,
    owner: int,
    key: IdempotencyKey,
    generation_id: str,
    now: datetime,
) -> None:
    """Store a new key, and delete up to `_SWEEP_BATCH` expired keys."""
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
        (to_milliseconds(now - KEPT), _SWEEP_BATCH),
    ).fetchall()
    connection.executemany(
        "DELETE FROM idempotency_keys WHERE owner = ? AND client_request_id = ?", old
    )
