"""Pages of history: always along keys that lie in the order of ids, never by sorting.

Which keys are walked depends on what is looked for; a page reads on along them
until it is full, they end, or its budget is used up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from genai_studio.aws.records.generations import from_items
from genai_studio.aws.records.reads import BATCH, Queried, Reads
from genai_studio.aws.records.table import (
    GENERATION,
    LISTS_INDEX,
    Item,
    favorites_of,
    generation_key,
    id_of,
    term_key,
    term_prefix,
    trash_of,
)
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import READ_BUDGET, HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.domain.search.terms import index_terms, query_terms

_COUNTED = BATCH
"""How far postings are counted to find the rarest word."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a walk.

    Attributes:
        found: What matches, newest first.
        read: How many records or postings it went through.
        end: Id of the last of them; None when there was none.
        ended: Whether nothing lies behind.
    """

    found: list[Generation]
    read: int
    end: str | None
    ended: bool


class Walk(Protocol):
    """A way along one owner's records, newest first."""

    async def go(self, after: str | None, limit: int) -> Stretch:
        """Go through at most `limit` from behind an id."""


async def page(reads: Reads, owner: Owner, query: HistoryQuery) -> HistoryPage:
    """One page, as `Records.page` describes it."""
    walk = await _plan(reads, owner, query.filter)
    if walk is None:
        return HistoryPage((), None, has_next=False)
    found: list[Generation] = []
    read = 0
    end = query.after
    # One more than asked for tells whether more follow. Where little matches,
    # each stretch is twice as long as the one before.
    limit = query.first + 1
    while True:
        stretch = await walk.go(end, min(limit, READ_BUDGET - read))
        found += stretch.found
        read += stretch.read
        end = stretch.end or end
        items = tuple(found[: query.first])
        if len(found) > query.first:
            return HistoryPage(items, items[-1].id, has_next=True)
        if stretch.ended:
            return HistoryPage(items, items[-1].id if items else None, has_next=False)
        if read >= READ_BUDGET:
            return HistoryPage(items, end, has_next=True)
        limit *= 2


async def _plan(reads: Reads, owner: Owner, wanted: HistoryFilter) -> Walk | None:
    """How to find what is wanted; None where nothing can match."""
    if wanted.statuses == ():
        return None
    terms = query_terms(wanted.text or "")
    if terms:
        rarest = await _rarest(reads, owner, terms)
        return None if rarest is None else WordWalk(reads, owner, wanted, rarest, terms)
    if wanted.trashed:
        return ListWalk(reads, owner, wanted, trash_of(owner))
    if wanted.favorite:
        return ListWalk(reads, owner, wanted, favorites_of(owner))
    return HistoryWalk(reads, owner, wanted)


class HistoryWalk:
    """Along the records themselves, consistently."""

    def __init__(self, reads: Reads, owner: Owner, wanted: HistoryFilter) -> None:
        self._reads = reads
        self._owner = owner
        self._wanted = wanted
        self._arguments = _conditions(wanted)
        self._arguments["ExpressionAttributeValues"] |= {
            ":pk": {"S": owner},
            ":begin": {"S": GENERATION},
        }

    async def go(self, after: str | None, limit: int) -> Stretch:
        """See `Walk.go`. What does not match is left out by DynamoDB, as far as it can."""
        queried = await self._reads.query(
            limit,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :begin)",
            ConsistentRead=True,
            ScanIndexForward=False,
            **self._arguments,
            **_behind(after and generation_key(self._owner, after)),
        )
        found = from_items(queried.items)
        end = queried.last or (queried.items[-1] if queried.items else None)
        return Stretch(
            [one for one in found if self._wanted.matches(one)],
            queried.read,
            id_of(end) if end else None,
            queried.last is None,
        )


class ListWalk:
    """Along the favorites or the trash: a sparse index, and the records as they are now."""

    def __init__(self, reads: Reads, owner: Owner, wanted: HistoryFilter, name: str) -> None:
        self._reads = reads
        self._owner = owner
        self._wanted = wanted
        self._name = name

    async def go(self, after: str | None, limit: int) -> Stretch:
        """See `Walk.go`."""
        begin = after and {
            **generation_key(self._owner, after),
            "list": {"S": self._name},
            "id": {"S": after},
        }
        queried = await self._reads.query(
            min(limit, BATCH),
            IndexName=LISTS_INDEX,
            KeyConditionExpression="#list = :list",
            ExpressionAttributeNames={"#list": "list"},
            ExpressionAttributeValues={":list": {"S": self._name}},
            ScanIndexForward=False,
            **_behind(begin),
        )
        # The index may lag behind: the record itself has the last word.
        return await _looked_up(self._reads, self._owner, queried, self._wanted)


class WordWalk:
    """Along the postings of one word; the others are looked for in the prompts."""

    def __init__(
        self,
        reads: Reads,
        owner: Owner,
        wanted: HistoryFilter,
        term: str,
        terms: tuple[str, ...],
    ) -> None:
        self._reads = reads
        self._owner = owner
        self._wanted = wanted
        self._term = term
        self._terms = frozenset(terms)

    async def go(self, after: str | None, limit: int) -> Stretch:
        """See `Walk.go`."""
        queried = await self._reads.query(
            min(limit, BATCH),
            **_postings(self._owner, self._term),
            ScanIndexForward=False,
            **_behind(after and term_key(self._owner, self._term, after)),
        )
        stretch = await _looked_up(self._reads, self._owner, queried, self._wanted)
        found = [
            one for one in stretch.found if self._terms <= set(index_terms(one.request.prompt))
        ]
        return Stretch(found, stretch.read, stretch.end, stretch.ended)


async def _rarest(reads: Reads, owner: Owner, terms: tuple[str, ...]) -> str | None:
    """The term that the fewest prompts hold; None where one is in no prompt at all."""
    if len(terms) == 1:
        return terms[0]

    async def count(term: str) -> int:
        return (await reads.query(_COUNTED, **_postings(owner, term), Select="COUNT")).read

    counts = await asyncio.gather(*(count(term) for term in terms))
    fewest = min(counts)
    return terms[counts.index(fewest)] if fewest else None


async def _looked_up(
    reads: Reads, owner: Owner, queried: Queried, wanted: HistoryFilter
) -> Stretch:
    ids = [id_of(item) for item in queried.items]
    found = await reads.generations(owner, ids)
    return Stretch(
        [one for one in found if wanted.matches(one)],
        queried.read,
        ids[-1] if ids else None,
        queried.last is None,
    )


def _postings(owner: Owner, term: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :begin)",
        "ExpressionAttributeValues": {
            ":pk": {"S": owner},
            ":begin": {"S": term_prefix(term)},
        },
    }


def _conditions(wanted: HistoryFilter) -> dict[str, Any]:
    """The filter of a walk along records, as far as their attributes tell."""
    conditions = ["trashed = :trashed"]
    values: dict[str, Any] = {":trashed": {"BOOL": wanted.trashed}}
    if wanted.favorite is not None:
        conditions.append("favorite = :favorite")
        values[":favorite"] = {"BOOL": wanted.favorite}
    if wanted.model is not None:
        conditions.append("model = :model")
        values[":model"] = {"S": wanted.model}
    arguments: dict[str, Any] = {"ExpressionAttributeValues": values}
    if wanted.statuses is not None:
        names = [f":status{number}" for number, _ in enumerate(wanted.statuses)]
        conditions.append(f"#status IN ({', '.join(names)})")
        values |= {
            name: {"S": str(status)} for name, status in zip(names, wanted.statuses, strict=True)
        }
        arguments["ExpressionAttributeNames"] = {"#status": "status"}
    arguments["FilterExpression"] = " AND ".join(conditions)
    return arguments


def _behind(key: Item | str | None) -> dict[str, Any]:
    return {"ExclusiveStartKey": key} if key else {}
