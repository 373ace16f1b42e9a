"""In-memory `ports.Records` and `ports.ChangeFeed`, tested by the same contract suite."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from genai_studio.domain.errors import (
    IdempotencyConflict,
    NotFound,
    QuotaExceeded,
    TooManyUnfinished,
    VersionConflict,
)
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner
from genai_studio.domain.quota import QuotaLimits
from genai_studio.domain.search.terms import index_terms
from genai_studio.ports import Change, ChangeFeed, Records, Submitted


class FakeRecords(Records, ChangeFeed):
    """Yields to the event loop once per call, then runs atomically.

    Attributes:
        calls: Names of the called methods.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._stored: dict[GenerationRef, Generation] = {}
        self._keys: dict[tuple[Owner, str], tuple[str, GenerationRef]] = {}
        self._used: dict[tuple[str, Owner], int] = defaultdict(int)
        self._uploaded: dict[tuple[str, Owner], int] = defaultdict(int)
        self._feed: list[Change] = []

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        await self._called("submit")
        known = self._keys.get((generation.owner, key.client_request_id))
        if known is not None:
            return self._replay(key, *known)
        self._check_unfinished(generation.owner, limits)
        self._take_quota(generation, limits)
        self._keys[generation.owner, key.client_request_id] = (key.fingerprint, generation.ref)
        self._store(generation)
        return Submitted(generation, replayed=False)

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        await self._called("submitted")
        known = self._keys.get((owner, key.client_request_id))
        return None if known is None else self._replay(key, *known).generation

    async def get(self, owner: Owner, generation_id: str) -> Generation | None:
        await self._called("get")
        return self._stored.get(GenerationRef(owner, generation_id))

    async def save(self, before: Generation, after: Generation) -> None:
        if after.ref != before.ref or after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")
        await self._called("save")
        self._check_version(before)
        self._used[before.quota_day, before.owner] -= before.quota_held - after.quota_held
        self._store(after)

    async def purge(self, generation: Generation) -> None:
        await self._called("purge")
        self._check_version(generation)
        del self._stored[generation.ref]
        self._append_change(generation, purged=True)

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        await self._called("page")
        history_filter = query.filter
        terms = history_filter.terms()
        if terms == ():
            return HistoryPage((), None, has_next=False)
        candidates = [
            one
            for one in sorted(self._stored.values(), key=lambda one: one.id, reverse=True)
            if one.owner == owner
            and (query.after is None or one.id < query.after)
            and (one.trashed_at is not None) == history_filter.trashed
            and not (history_filter.unfinished_only and one.status.final)
            and (history_filter.board is None or history_filter.board in one.boards)
            and set(terms or ()) <= set(index_terms(one.request.prompt))
        ]
        read = candidates[: query.read_budget]
        found = [one for one in read if history_filter.matches(one)]
        items = tuple(found[: query.first])
        if len(found) > query.first:
            return HistoryPage(items, items[-1].id, has_next=True)
        if len(candidates) > len(read):
            return HistoryPage(items, read[-1].id, has_next=True)
        return HistoryPage(items, items[-1].id if items else None, has_next=False)

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        await self._called("due")
        timed = [(one.due_at, one.ref) for one in self._stored.values() if one.due_at is not None]
        late = sorted((entry for entry in timed if entry[0] <= now), key=lambda entry: entry[0])
        return tuple(ref for _, ref in late[:limit])

    async def quota_used(self, owner: Owner, day: str) -> int:
        await self._called("quota_used")
        return self._used.get((day, owner), 0)

    async def count_upload(self, owner: Owner, day: str, size: int, limit: int) -> bool:
        await self._called("count_upload")
        if self._uploaded[day, owner] + size > limit:
            return False
        self._uploaded[day, owner] += size
        return True

    async def queue_position(self, generation: Generation) -> int | None:
        await self._called("queue_position")
        queued = sorted(one.id for one in self._stored.values() if one.status is Status.QUEUED)
        stored = self._stored.get(generation.ref)
        if stored is None or stored.status is not Status.QUEUED:
            return None
        return queued.index(generation.id) + 1

    async def changes(self, after: str | None, limit: int) -> Sequence[Change]:
        await self._called("changes")
        begin = 0 if after is None else int(after)
        return tuple(self._feed[begin : begin + limit])

    async def _called(self, name: str) -> None:
        self.calls.append(name)
        await asyncio.sleep(0)

    def _replay(self, key: IdempotencyKey, fingerprint: str, ref: GenerationRef) -> Submitted:
        if not key.matches(fingerprint):
            raise IdempotencyConflict()
        if ref not in self._stored:
            raise NotFound(("input", "clientRequestId"))
        return Submitted(self._stored[ref], replayed=True)

    def _check_unfinished(self, owner: Owner, limits: QuotaLimits) -> None:
        stored = self._stored.values()
        unfinished = sum(one.owner == owner and not one.status.final for one in stored)
        if limits.unfinished is not None and unfinished >= limits.unfinished:
            raise TooManyUnfinished(limits.unfinished)

    def _take_quota(self, generation: Generation, limits: QuotaLimits) -> None:
        day, count = generation.quota_day, generation.quota_held
        user_used = self._used[day, generation.owner]
        studio_used = sum(used for (of, _), used in self._used.items() if of == day)
        if limits.user is not None and user_used + count > limits.user:
            raise QuotaExceeded(limits.user, limits.user - user_used)
        if limits.studio is not None and studio_used + count > limits.studio:
            raise QuotaExceeded(limits.studio, limits.studio - studio_used, whole_studio=True)
        self._used[day, generation.owner] += count

    def _check_version(self, expected: Generation) -> None:
        stored = self._stored.get(expected.ref)
        if stored is None or stored.version != expected.version:
            raise VersionConflict("The record has changed since it was read.")

    def _store(self, generation: Generation) -> None:
        self._stored[generation.ref] = generation
        self._append_change(generation, purged=False)

    def _append_change(self, generation: Generation, *, purged: bool) -> None:
        position = str(len(self._feed) + 1)
        self._feed.append(Change(position, generation.ref, generation.version, purged))
