"""Queue order: round-robin over users, oldest first within each user.

A user moves behind all others each time one of their generations is claimed. A
user who submits a hundred generations delays another user's first by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from genai_studio.domain.generation import GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.local.records.columns import (
    from_blob,
    from_milliseconds,
    to_blob,
    to_milliseconds,
)


def move_to_back(connection: sqlite3.Connection, owner: int) -> None:
    """Move an owner behind all others."""
    connection.execute(
        "UPDATE owners SET served = (SELECT max(served) + 1 FROM owners) WHERE number = ?",
        (owner,),
    )


def next_in_turn(
    connection: sqlite3.Connection,
    now: datetime,
    running_per_user: int,
    excluded: Collection[GenerationRef] = (),
) -> GenerationRef | None:
    """Return the generation to claim now, or None.

    Args:
        running_per_user: Skip owners who have this many RUNNING generations.
        excluded: Skip these generations.
    """
    excluded_ids = {f"excluded_{number}": to_blob(ref.id) for number, ref in enumerate(excluded)}
    row = connection.execute(
        "SELECT o.owner, min(q.id) FROM generations q INDEXED BY queued"  # noqa: S608 - names alone
        " CROSS JOIN owners o ON o.number = q.owner"
        " WHERE q.status = 'QUEUED' AND (q.not_before IS NULL OR q.not_before <= :now)"
        f" AND q.id NOT IN ({', '.join(f':{name}' for name in excluded_ids)})"
        " AND (SELECT count(*) FROM generations r INDEXED BY running"
        "      WHERE r.owner = q.owner AND r.status = 'RUNNING') < :cap"
        " GROUP BY q.owner ORDER BY o.served, q.owner LIMIT 1",
        {"now": to_milliseconds(now), "cap": running_per_user, **excluded_ids},
    ).fetchone()
    return None if row is None else GenerationRef(Owner(row[0]), from_blob(row[1]))


def next_not_before(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """Return the earliest end of a retry delay after `now`, or None."""
    (milliseconds,) = connection.execute(
        "SELECT min(not_before) FROM generations INDEXED BY queued"
        " WHERE status = 'QUEUED' AND not_before > ?",
        (to_milliseconds(now),),
    ).fetchone()
    return None if milliseconds is None else from_milliseconds(milliseconds)


def running(connection: sqlite3.Connection) -> tuple[GenerationRef, ...]:
    """Return all RUNNING generations."""
    rows = connection.execute(
        "SELECT o.owner, g.id FROM generations g INDEXED BY running"
        " CROSS JOIN owners o ON o.number = g.owner WHERE g.status = 'RUNNING' ORDER BY g.id"
    )
    return tuple(GenerationRef(Owner(owner), from_blob(blob)) for owner, blob in rows)


def position(connection: sqlite3.Connection, owner: int, generation_id: str) -> int | None:
    """Return the 1-based position of a generation in the queue; None if it is not QUEUED.

    If `k` of the owner's own generations come first, each other owner is served
    `k` times before this one, and once more if that owner's turn is earlier, but
    never more often than they have queued generations.
    """
    row = connection.execute(
        "SELECT (SELECT count(*) FROM generations q INDEXED BY queued"
        "         WHERE q.owner = g.owner AND q.status = 'QUEUED' AND q.id < g.id), o.served"
        " FROM generations g CROSS JOIN owners o ON o.number = g.owner"
        " WHERE g.owner = ? AND g.id = ? AND g.status = 'QUEUED'",
        (owner, to_blob(generation_id)),
    ).fetchone()
    if row is None:
        return None
    own_before, turn = row
    others = connection.execute(
        "SELECT o.served, o.number, count(*) FROM generations q INDEXED BY queued"
        " CROSS JOIN owners o ON o.number = q.owner"
        " WHERE q.status = 'QUEUED' AND q.owner <> ? GROUP BY q.owner",
        (owner,),
    )
    before = own_before
    for other_turn, other, queued in others:
        comes_first = (other_turn, other) < (turn, owner)
        before += min(queued, own_before + comes_first)
    return int(before) + 1
