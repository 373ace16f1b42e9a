"""Pages of history: always from an index in the order of ids, never by sorting."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from genai_studio.domain import document
from genai_studio.domain.history import READ_BUDGET, HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.domain.search.terms import query_terms
from genai_studio.local.records.columns import from_blob, to_blob, to_milliseconds
from genai_studio.local.records.postings import rarest_first

_BEFORE_ALL = b"\xff" * 16
"""Greater than every id, for a first page."""

# A cast, since SQLite takes a blob for JSON of its own binary kind.
_PARENT = (
    "iif(json_valid(CAST(g.document AS TEXT)),"
    " json_extract(CAST(g.document AS TEXT), '$.generation.parent_id'), NULL)"
)


@dataclass(slots=True)
class Walk:
    """The rows that one page reads, newest first, as parts of SQL.

    What a person typed is only ever in `parameters`; the rest is written here.

    Attributes:
        key: Alias of the table or index that is walked.
        source: The FROM clause of the walk.
        scope: Conditions the walked index fulfils by itself.
        lookups: Added to the FROM clause where the record lies elsewhere.
        conditions: What each record is tested for; none when all of them match.
    """

    key: str
    source: str
    scope: list[str]
    lookups: str = ""
    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)

    def floor_sql(self) -> str:
        """Gives the last id that the read budget allows, if there are that many."""
        return (
            f"SELECT {self.key}.id FROM {self.source} WHERE {self._where(self.scope)}"  # noqa: S608 - fixed words only
            f" ORDER BY {self.key}.id DESC LIMIT 1 OFFSET :budget - 1"
        )

    def page_sql(self) -> str:
        """Gives ids and documents of what matches, down to the floor."""
        where = self._where([*self.scope, f"{self.key}.id >= :floor", *self.conditions])
        return (
            f"SELECT g.id, g.document FROM {self.source}{self.lookups} WHERE {where}"  # noqa: S608 - fixed words only
            f" ORDER BY {self.key}.id DESC LIMIT :rows"
        )

    def _where(self, conditions: list[str]) -> str:
        own = [f"{self.key}.owner = :owner", f"{self.key}.id < :before"]
        return " AND ".join(own + conditions)


def page(connection: sqlite3.Connection, owner: int, query: HistoryQuery) -> HistoryPage:
    """One page, as `Records.page` describes it."""
    if query.filter.statuses == ():
        # SQLite sees that nothing can match, and then that no index can help.
        return HistoryPage((), None, has_next=False)
    terms = query_terms(query.filter.text or "")
    walk = plan(query.filter, rarest_first(connection, owner, terms))
    walk.parameters |= {
        "owner": owner,
        "before": _BEFORE_ALL if query.after is None else to_blob(query.after),
        "budget": READ_BUDGET,
        "floor": b"",
        "rows": query.first + 1,
    }
    floor: bytes | None = None
    if walk.conditions:
        row = connection.execute(walk.floor_sql(), walk.parameters).fetchone()
        if row is not None:
            floor = walk.parameters["floor"] = row[0]
    rows = connection.execute(walk.page_sql(), walk.parameters).fetchall()
    shown = rows[: query.first]
    items = tuple(document.decode_readable(stored for _, stored in shown))
    if len(rows) > query.first:
        return HistoryPage(items, from_blob(shown[-1][0]), has_next=True)
    if floor is not None:
        return HistoryPage(items, from_blob(floor), has_next=True)
    return HistoryPage(items, from_blob(shown[-1][0]) if shown else None, has_next=False)


def plan(wanted: HistoryFilter, terms: list[str]) -> Walk:
    """How to find what is wanted, with the terms of its text, the rarest first."""
    walk = _word_walk(wanted, terms) if terms else _index_walk(wanted)
    if wanted.statuses is not None:
        names = {f"status_{number}": str(status) for number, status in enumerate(wanted.statuses)}
        walk.conditions.append(f"g.status IN ({', '.join(f':{name}' for name in names)})")
        walk.parameters |= names
    if wanted.model is not None:
        walk.conditions.append("g.model = :model")
        walk.parameters["model"] = wanted.model
    if wanted.parent_id is not None:
        # Asked for one image at a time: no column holds a copy of it.
        walk.conditions.append(f"{_PARENT} = :parent_id")
        walk.parameters["parent_id"] = wanted.parent_id
    if wanted.created_from is not None:
        walk.conditions.append("g.created_at >= :created_from")
        walk.parameters["created_from"] = _rounded_up(wanted.created_from)
    if wanted.created_before is not None:
        walk.conditions.append("g.created_at < :created_before")
        walk.parameters["created_before"] = _rounded_up(wanted.created_before)
    return walk


def _index_walk(wanted: HistoryFilter) -> Walk:
    """Along the owner's history, or along the part of it that has its own index."""
    if wanted.trashed:
        walk = Walk("g", "generations g INDEXED BY trash", ["g.trashed_at IS NOT NULL"])
    elif wanted.favorite:
        scope = ["g.trashed_at IS NULL", "g.favorite = 1"]
        return Walk("g", "generations g INDEXED BY favorites", scope)
    else:
        walk = Walk("g", "generations g INDEXED BY history", ["g.trashed_at IS NULL"])
    if wanted.favorite is not None:
        walk.conditions.append(f"g.favorite = {wanted.favorite:d}")
    return walk


def _word_walk(wanted: HistoryFilter, terms: list[str]) -> Walk:
    """Along the prompts that hold the first term, looking the others up."""
    walk = Walk(
        "p",
        "postings p",
        ["p.term = :term_0"],
        lookups=" CROSS JOIN generations g ON g.owner = p.owner AND g.id = p.id",
        parameters={f"term_{number}": term for number, term in enumerate(terms)},
    )
    walk.conditions += [
        "EXISTS (SELECT 1 FROM postings o"  # noqa: S608 - fixed words only
        f" WHERE o.owner = p.owner AND o.term = :term_{number} AND o.id = p.id)"
        for number in range(1, len(terms))
    ]
    walk.conditions.append(f"g.trashed_at IS {'NOT NULL' if wanted.trashed else 'NULL'}")
    if wanted.favorite is not None:
        walk.conditions.append(f"g.favorite = {wanted.favorite:d}")
    return walk


def _rounded_up(time: datetime) -> int:
    """The first whole millisecond at or after a time: what is stored has no finer ones."""
    return to_milliseconds(time) + (time.microsecond % 1000 > 0)
