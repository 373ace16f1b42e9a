"""Whose turn it is: round-robin over users, oldest first within each.

A user who has just been served goes behind all others, so one who asks for a
hundred images delays the next user's first by one.
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


def served(connection: sqlite3.Connection, owner: int) -> None:
    """Put an owner behind all others."""
    connection.execute(
        "UPDATE owners SET served = (SELECT max(served) + 1 FROM owners) WHERE number = ?",
        (owner,),
    )


def next_in_turn(
    connection: sqlite3.Connection,
    now: datetime,
    running_per_user: int,
    aside: Collection[GenerationRef] = (),
) -> GenerationRef | None:
    """The generation to claim now, or None.

    Args:
        running_per_user: Owners with that many RUNNING are passed over.
        aside: These are passed over.
    """
    passed_over = {f"aside_{number}": to_blob(ref.id) for number, ref in enumerate(aside)}
    row = connection.execute(
        "SELECT o.owner, min(q.id) FROM generations q INDEXED BY queued"  # noqa: S608 - names alone
        " CROSS JOIN owners o ON o.number = q.owner"
        " WHERE q.status = 'QUEUED' AND (q.not_before IS NULL OR q.not_before <= :now)"
        f" AND q.id NOT IN ({', '.join(f':{name}' for name in passed_over)})"
        " AND (SELECT count(*) FROM generations r INDEXED BY running"
        "      WHERE r.owner = q.owner AND r.status = 'RUNNING') < :cap"
        " GROUP BY q.owner ORDER BY o.served, q.owner LIMIT 1",
        {"now": to_milliseconds(now), "cap": running_per_user, **passed_over},
    ).fetchone()
    return None if row is None else GenerationRef(Owner(row[0]), from_blob(row[1]))


def next_not_before(connection: sqlite3.Connection, now: datetime) -> datetime | None:
    """When the first of those that wait for their next attempt may be claimed."""
    (milliseconds,) = connection.execute(
        "SELECT min(not_before) FROM generations INDEXED BY queued"
        " WHERE status = 'QUEUED' AND not_before > ?",
        (to_milliseconds(now),),
    ).fetchone()
    return None if milliseconds is None else from_milliseconds(milliseconds)


def running(connection: sqlite3.Connection) -> tuple[GenerationRef, ...]:
    """Every generation that is claimed."""
    rows = connection.execute(
        "SELECT o.owner, g.id FROM generations g INDEXED BY running"
        " CROSS JOIN owners o ON o.number = g.owner WHERE g.status = 'RUNNING' ORDER BY g.id"
    )
    return tuple(GenerationRef(Owner(owner), from_blob(blob)) for owner, blob in rows)


def position(connection: sqlite3.Connection, owner: int, generation_id: str) -> int | None:
    """How many are served before this one, plus 1; None when it is not queued.

    With `k` of its owner's own before it, each other owner is served `k` times
    before it, and once more if their turn comes first; or as often as they have
    something queued.
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
