"""Read pages of history from keys that are already ordered by ID, without sorting.

The filter determines which keys are read: records, a sparse index, the set of unfinished
generations, or postings. A page reads until it is full, no keys remain, or its read budget
is spent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any, Protocol

from genai_studio.aws.records.generations import from_items
from genai_studio.aws.records.reads import BATCH, QueryResult, Reads
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
    unfinished_key,
)
from genai_studio.aws.records.unfinished import ids_in
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.domain.search.terms import index_terms

_MAX_COUNTED = BATCH
"""Maximum number of postings to count per term when looking for the rarest one."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The result of one read from a source.

    Attributes:
        matches: Matching generations, newest first.
        read: Number of records or postings read.
        last_id: ID of the last one read. None if none was read.
        exhausted: Whether no keys remain.
    """

    matches: list[Generation]
    read: int
    last_id: str | None
    exhausted: bool


class Source(Protocol):
    """A sequence of keys of one owner's generations, newest first."""

    async def read(self, after: str | None, limit: int) -> Chunk:
        """Read at most `limit` keys that follow the generation ID `after`."""


async def page(reads: Reads, owner: Owner, query: HistoryQuery) -> HistoryPage:
    """Read one page. See `Records.page`."""
    source = await _choose_source(reads, owner, query.filter)
    if source is None:
        return HistoryPage((), None, has_next=False)
    matches: list[Generation] = []
    read = 0
    last_id = query.after
    # One more match than requested shows whether a next page exists. If few records
    # match, the limit doubles with each chunk.
    limit = query.first + 1
    while True:
        chunk = await source.read(last_id, min(limit, query.read_budget - read))
        matches += chunk.matches
        read += chunk.read
        last_id = chunk.last_id or last_id
        items = tuple(matches[: query.first])
        if len(matches) > query.first:
            return HistoryPage(items, items[-1].id, has_next=True)
        if chunk.exhausted:
            return HistoryPage(items, items[-1].id if items else None, has_next=False)
        if read >= query.read_budget:
            return HistoryPage(items, last_id, has_next=True)
        limit *= 2


async def _choose_source(reads: Reads, owner: Owner, filter_: HistoryFilter) -> Source | None:
    """Return the cheapest source for a filter, or None if nothing can match."""
    terms = filter_.indexed_terms()
    if filter_.statuses == () or filter_.operations == () or terms == ():
        return None
    if terms is not None:
        rarest = await _rarest_term(reads, owner, terms)
        return None if rarest is None else PostingSource(reads, owner, filter_, rarest)
    if filter_.trashed:
        return ListSource(reads, owner, filter_, trash_of(owner))
    if filter_.favorite:
        return ListSource(reads, owner, filter_, favorites_of(owner))
    if filter_.unfinished_only:
        return UnfinishedSource(reads, owner, filter_)
    return RecordSource(reads, owner, filter_)


class RecordSource:
    """The records of an owner, read consistently."""

    def __init__(self, reads: Reads, owner: Owner, filter_: HistoryFilter) -> None:
        self._reads = reads
        self._owner = owner
        self._filter = filter_
        self._arguments = _filter_arguments(filter_)
        self._arguments["ExpressionAttributeValues"] |= {
            ":pk": {"S": owner},
            ":begin": {"S": GENERATION},
        }

    async def read(self, after: str | None, limit: int) -> Chunk:
        """See `Source.read`. DynamoDB evaluates most of the filter."""
        result = await self._reads.query(
            limit,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :begin)",
            ConsistentRead=True,
            ScanIndexForward=False,
            **self._arguments,
            **_start_after(after and generation_key(self._owner, after)),
        )
        generations = from_items(result.items)
        last = result.last or (result.items[-1] if result.items else None)
        return Chunk(
            [one for one in generations if self._filter.matches(one)],
            result.read,
            id_of(last) if last else None,
            result.last is None,
        )


class ListSource:
    """The favorites or the trash of an owner, from the sparse `lists` index."""

    def __init__(self, reads: Reads, owner: Owner, filter_: HistoryFilter, name: str) -> None:
        self._reads = reads
        self._owner = owner
        self._filter = filter_
        self._name = name

    async def read(self, after: str | None, limit: int) -> Chunk:
        """See `Source.read`."""
        start = after and {
            **generation_key(self._owner, after),
            "list": {"S": self._name},
            "id": {"S": after},
        }
        result = await self._reads.query(
            min(limit, BATCH),
            IndexName=LISTS_INDEX,
            KeyConditionExpression="#list = :list",
            ExpressionAttributeNames={"#list": "list"},
            ExpressionAttributeValues={":list": {"S": self._name}},
            ScanIndexForward=False,
            **_start_after(start),
        )
        # The index is eventually consistent, so the filter is applied to the records.
        return await _read_records(self._reads, self._owner, result, self._filter)


class UnfinishedSource:
    """The unfinished generations of an owner, from the item that holds their IDs."""

    def __init__(self, reads: Reads, owner: Owner, filter_: HistoryFilter) -> None:
        self._reads = reads
        self._owner = owner
        self._filter = filter_

    async def read(self, after: str | None, limit: int) -> Chunk:
        """See `Source.read`."""
        ids = ids_in(await self._reads.get(unfinished_key(self._owner)))
        rest = [one for one in ids if after is None or one < after]
        read = rest[:limit]
        # A generation may end, or move to the trash, between the two reads.
        return Chunk(
            [
                one
                for one in await self._reads.generations(self._owner, read)
                if self._filter.matches(one)
            ],
            len(read),
            read[-1] if read else None,
            len(rest) <= limit,
        )


class PostingSource:
    """The postings of one term. The other terms and the board are checked in the records."""

    def __init__(self, reads: Reads, owner: Owner, filter_: HistoryFilter, term: str) -> None:
        self._reads = reads
        self._owner = owner
        self._filter = filter_
        self._term = term
        self._terms = frozenset(filter_.terms() or ())

    async def read(self, after: str | None, limit: int) -> Chunk:
        """See `Source.read`."""
        result = await self._reads.query(
            min(limit, BATCH),
            **_postings(self._owner, self._term),
            ScanIndexForward=False,
            **_start_after(after and term_key(self._owner, self._term, after)),
        )
        chunk = await _read_records(self._reads, self._owner, result, self._filter)
        matches = [
            one for one in chunk.matches if self._terms <= set(index_terms(one.request.prompt))
        ]
        return replace(chunk, matches=matches)


async def _rarest_term(reads: Reads, owner: Owner, terms: tuple[str, ...]) -> str | None:
    """Return the term of the fewest generations, or None if a term has none."""
    if len(terms) == 1:
        return terms[0]

    async def count(term: str) -> int:
        return (await reads.query(_MAX_COUNTED, **_postings(owner, term), Select="COUNT")).read

    counts = await asyncio.gather(*(count(term) for term in terms))
    fewest = min(counts)
    return terms[counts.index(fewest)] if fewest else None


async def _read_records(
    reads: Reads, owner: Owner, result: QueryResult, filter_: HistoryFilter
) -> Chunk:
    """Read the records that index items or postings refer to, and apply the filter."""
    ids = [id_of(item) for item in result.items]
    generations = await reads.generations(owner, ids)
    return Chunk(
        [one for one in generations if filter_.matches(one)],
        result.read,
        ids[-1] if ids else None,
        result.last is None,
    )


def _postings(owner: Owner, term: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :begin)",
        "ExpressionAttributeValues": {
            ":pk": {"S": owner},
            ":begin": {"S": term_prefix(term)},
        },
    }


def _filter_arguments(filter_: HistoryFilter) -> dict[str, Any]:
    """Return query arguments for the part of a filter that item attributes can decide."""
    conditions = ["trashed = :trashed"]
    values: dict[str, Any] = {":trashed": {"BOOL": filter_.trashed}}
    if filter_.favorite is not None:
        conditions.append("favorite = :favorite")
        values[":favorite"] = {"BOOL": filter_.favorite}
    if filter_.model is not None:
        conditions.append("model = :model")
        values[":model"] = {"S": filter_.model}
    arguments: dict[str, Any] = {"ExpressionAttributeValues": values}
    if filter_.statuses is not None:
        names = [f":status{number}" for number, _ in enumerate(filter_.statuses)]
        conditions.append(f"#status IN ({', '.join(names)})")
        values |= {
            name: {"S": str(status)} for name, status in zip(names, filter_.statuses, strict=True)
        }
        arguments["ExpressionAttributeNames"] = {"#status": "status"}
    arguments["FilterExpression"] = " AND ".join(conditions)
    return arguments


def _start_after(key: Item | str | None) -> dict[str, Any]:
    return {"ExclusiveStartKey": key} if key else {}
