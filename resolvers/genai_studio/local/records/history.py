"""Read pages of history by scanning an index in ID order, without sorting."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from genai_studio.domain import document
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.history import HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.local.records.columns import from_blob, to_blob, to_milliseconds
from genai_studio.local.records.postings import rarest_first

_BEFORE_ALL = b"\xff" * 16
"""Greater than every ID, for the first page."""


def _from_document(path: str) -> str:
    """Return an expression for a value of the document, for filters too rare for a column."""
    # Cast to text: SQLite would read a blob as JSONB.
    text = "CAST(g.document AS TEXT)"
    return f"iif(json_valid({text}), json_extract({text}, '$.generation.{path}'), NULL)"


_PARENT = _from_document("parent_id")
# Documents of releases without edits have no operation.
_OPERATION = f"coalesce({_from_document('request.operation')}, '{Operation.TEXT_TO_IMAGE}')"


@dataclass(slots=True)
class IndexScan:
    """The SQL of one page: an index scan, newest first.

    User input is passed only in `parameters`; all other text is fixed.

    Attributes:
        key: Alias of the scanned table.
        source: FROM clause of the scan.
        scope: Conditions that the scanned index fulfills.
        lookups: Joins to append to the FROM clause to reach the record.
        conditions: Conditions to check on each record.
        parameters: Values of the named parameters.
    """

    key: str
    source: str
    scope: list[str]
    lookups: str = ""
    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)

    def floor_sql(self) -> str:
        """Return a query for the last ID within the read budget; no row if there are fewer."""
        return (
            f"SELECT {self.key}.id FROM {self.source} WHERE {self._where(self.scope)}"  # noqa: S608 - fixed words only
            f" ORDER BY {self.key}.id DESC LIMIT 1 OFFSET :budget - 1"
        )

    def page_sql(self) -> str:
        """Return a query for the IDs and documents of matching records, down to the floor."""
        where = self._where([*self.scope, f"{self.key}.id >= :floor", *self.conditions])
        return (
            f"SELECT g.id, g.document FROM {self.source}{self.lookups} WHERE {where}"  # noqa: S608 - fixed words only
            f" ORDER BY {self.key}.id DESC LIMIT :rows"
        )

    def _where(self, conditions: list[str]) -> str:
        own = [f"{self.key}.owner = :owner", f"{self.key}.id < :before"]
        return " AND ".join(own + conditions)


def page(connection: sqlite3.Connection, owner: int, query: HistoryQuery) -> HistoryPage:
    """Return one page. See `Records.page`."""
    terms = query.filter.indexed_terms()
    if query.filter.statuses == () or query.filter.operations == () or terms == ():
        # SQLite rejects INDEXED BY for a condition that can never be true.
        return HistoryPage((), None, has_next=False)
    scan = plan_scan(query.filter, rarest_first(connection, owner, terms or ()))
    scan.parameters |= {
        "owner": owner,
        "before": _BEFORE_ALL if query.after is None else to_blob(query.after),
        "budget": query.read_budget,
        "floor": b"",
        "rows": query.first + 1,
    }
    floor: bytes | None = None
    if scan.conditions:
        row = connection.execute(scan.floor_sql(), scan.parameters).fetchone()
        if row is not None:
            floor = scan.parameters["floor"] = row[0]
    rows = connection.execute(scan.page_sql(), scan.parameters).fetchall()
    shown = rows[: query.first]
    items = tuple(document.decode_readable(stored for _, stored in shown))
    if len(rows) > query.first:
        return HistoryPage(items, from_blob(shown[-1][0]), has_next=True)
    if floor is not None:
        return HistoryPage(items, from_blob(floor), has_next=True)
    return HistoryPage(items, from_blob(shown[-1][0]) if shown else None, has_next=False)


def plan_scan(wanted: HistoryFilter, terms: list[str]) -> IndexScan:
    """Choose the index for a filter and its indexed terms, rarest term first."""
    scan = _term_scan(wanted, terms) if terms else _history_scan(wanted)
    if wanted.statuses is not None:
        names = {f"status_{number}": str(status) for number, status in enumerate(wanted.statuses)}
        scan.conditions.append(f"g.status IN ({', '.join(f':{name}' for name in names)})")
        scan.parameters |= names
    if wanted.operations is not None:
        names = {f"operation_{number}": str(one) for number, one in enumerate(wanted.operations)}
        scan.conditions.append(f"{_OPERATION} IN ({', '.join(f':{name}' for name in names)})")
        scan.parameters |= names
    if wanted.model is not None:
        scan.conditions.append("g.model = :model")
        scan.parameters["model"] = wanted.model
    if wanted.parent_id is not None:
        scan.conditions.append(f"{_PARENT} = :parent_id")
        scan.parameters["parent_id"] = wanted.parent_id
    if wanted.created_from is not None:
        scan.conditions.append("g.created_at >= :created_from")
        scan.parameters["created_from"] = _rounded_up(wanted.created_from)
    if wanted.created_before is not None:
        scan.conditions.append("g.created_at < :created_before")
        scan.parameters["created_before"] = _rounded_up(wanted.created_before)
    return scan


def _history_scan(wanted: HistoryFilter) -> IndexScan:
    """Scan the owner's history, favorites, trash or queue."""
    if wanted.trashed:
        scan = IndexScan("g", "generations g INDEXED BY trash", ["g.trashed_at IS NOT NULL"])
    elif wanted.favorite:
        scope = ["g.trashed_at IS NULL", "g.favorite = 1"]
        return IndexScan("g", "generations g INDEXED BY favorites", scope)
    elif wanted.unfinished_only:
        scope = ["g.trashed_at IS NULL", "g.status IN ('QUEUED', 'RUNNING')"]
        scan = IndexScan("g", "generations g INDEXED BY unfinished", scope)
    else:
        scan = IndexScan("g", "generations g INDEXED BY history", ["g.trashed_at IS NULL"])
    if wanted.favorite is not None:
        scan.conditions.append(f"g.favorite = {wanted.favorite:d}")
    return scan


def _term_scan(wanted: HistoryFilter, terms: list[str]) -> IndexScan:
    """Scan the generations with the first term, and look up the other terms."""
    scan = IndexScan(
        "p",
        "postings p",
        ["p.term = :term_0"],
        lookups=" CROSS JOIN generations g ON g.owner = p.owner AND g.id = p.id",
        parameters={f"term_{number}": term for number, term in enumerate(terms)},
    )
    scan.conditions += [
        "EXISTS (SELECT 1 FROM postings o"  # noqa: S608 - fixed words only
        f" WHERE o.owner = p.owner AND o.term = :term_{number} AND o.id = p.id)"
        for number in range(1, len(terms))
    ]
    scan.conditions.append(f"g.trashed_at IS {'NOT NULL' if wanted.trashed else 'NULL'}")
    if wanted.favorite is not None:
        scan.conditions.append(f"g.favorite = {wanted.favorite:d}")
    return scan


def _rounded_up(time: datetime) -> int:
    """Return Unix milliseconds, rounded up; stored times have millisecond precision."""
    return to_milliseconds(time) + (time.microsecond % 1000 > 0)
