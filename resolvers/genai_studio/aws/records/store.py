"""Store records in one DynamoDB table (`ports.Records`)."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records import (
    history,
    idempotency_keys,
    quota_counters,
    tombstones,
    unfinished,
)
from genai_studio.aws.records.generations import from_item, milliseconds, to_item
from genai_studio.aws.records.reads import BATCH, Reads
from genai_studio.aws.records.studio_quota import StudioQuota
from genai_studio.aws.records.table import (
    DUE_INDEX,
    Item,
    due_partitions,
    generation_key,
    id_of,
    idempotency_key,
    quota_key,
)
from genai_studio.aws.records.writes import ConditionFailed, Writes
from genai_studio.domain.errors import (
    NotFound,
    QuotaExceeded,
    StudioUnavailable,
    TooManyUnfinished,
    VersionConflict,
)
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import Submitted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


MAX_DRAWS = 20
"""Maximum number of attempts at a submit whose studio counter was full."""


class DynamoRecords:
    """Generations, idempotency keys and quota counters in one table.

    Search finds a generation after `Postings` has applied its change.

    Args:
        table: Its name.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        calls = BlockingCalls("DynamoDB", CONNECTIONS)
        self._reads = Reads(client, table, calls)
        self._writes = Writes(client, table, calls)
        self._studio_quota = StudioQuota(self._reads)

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        """See `Records.submit`."""
        owner = generation.owner
        try:
            key_item = await self._put_once(generation, key, limits)
        except QuotaExceeded:
            # A request that was accepted once stays accepted.
            key_item = await self._get_key(owner, key, generation.created_at)
            if key_item is None:
                raise
        if key_item is None:
            return Submitted(generation, replayed=False)
        return Submitted(await self._get_by_key(owner, key_item, key), replayed=True)

    async def _put_once(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Item | None:
        """Store a new generation. Returns the item of its key if the key is already stored."""
        owner, day, images = generation.owner, generation.quota_day, generation.quota_held

        async def stored_key() -> Item | None:
            return await self._get_key(owner, key, generation.created_at)

        studio = await self._studio_quota.draw(day, images, limits.studio)
        for _ in range(MAX_DRAWS):
            try:
                await self._writes.transact(
                    [
                        idempotency_keys.put_key(owner, key, generation.id, generation.created_at),
                        {"Put": _put_new(generation)},
                        unfinished.add(generation, limits.unfinished),
                        *quota_counters.reserve(owner, day, images, limits.user, studio),
                    ],
                    find_blocking_item=stored_key,
                )
            except ConditionFailed as failed:
                key_item, *others = failed.stored
                if key_item is not None:
                    return key_item
                duplicate, of_unfinished, of_user, *_ = others
                if duplicate is not None:
                    raise ValueError("A generation with this ID already exists.") from None
                if of_unfinished is not None and limits.unfinished is not None:
                    raise TooManyUnfinished(limits.unfinished) from None
                if of_user is not None and limits.user is not None:
                    raise quota_counters.exceeded(limits.user, of_user) from None
                studio = await self._studio_quota.draw(day, images, limits.studio, full=True)
            else:
                return None
        raise StudioUnavailable("Too many concurrent requests near the studio's daily limit.")

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        """See `Records.submitted`."""
        item = await self._get_key(owner, key, now)
        return None if item is None else await self._get_by_key(owner, item, key)

    async def get(self, owner: Owner, generation_id: str) -> Generation | None:
        """See `Records.get`."""
        if not is_id(generation_id):
            return None
        item = await self._reads.get(generation_key(owner, generation_id))
        return None if item is None else from_item(item)

    async def save(self, before: Generation, after: Generation) -> None:
        """See `Records.save`."""
        if after.ref != before.ref or after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")
        part = {"Item": to_item(after), **_version_condition(before)}
        counts: list[dict[str, dict[str, Any]]] = []
        released = before.quota_held - after.quota_held
        if released:
            counts += quota_counters.release(before.owner, before.quota_day, released)
        if after.status.final and not before.status.final:
            counts.append(unfinished.remove(after))
        try:
            if counts:
                await self._writes.transact([{"Put": part}, *counts])
            else:
                await self._writes.put(part)
        except ConditionFailed:
            raise VersionConflict("The record has changed since it was read.") from None

    async def purge(self, generation: Generation) -> None:
        """See `Records.purge`. `Postings` deletes the search terms later."""
        key = generation_key(generation.owner, generation.id)
        part = {"Key": key, **_version_condition(generation)}
        others = tombstones.put(generation)
        if not generation.status.final:
            others.append(unfinished.remove(generation))
        try:
            if others:
                await self._writes.transact([{"Delete": part}, *others])
            else:
                await self._writes.delete(part)
        except ConditionFailed:
            raise VersionConflict("The record has changed since it was read.") from None

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        """See `Records.page`. Favorites, trash and search are eventually consistent."""
        return await history.page(self._reads, owner, query)

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        """See `Records.due`. The index is eventually consistent."""
        partitions = await asyncio.gather(
            *(self._due_in(partition, now, limit) for partition in due_partitions())
        )
        # Each partition is sorted, and any of them may hold all of the oldest ones.
        items = heapq.merge(*partitions, key=lambda item: int(item["dueAt"]["N"]))
        return tuple(
            GenerationRef(Owner(item["pk"]["S"]), id_of(item)) for item in islice(items, limit)
        )

    async def _due_in(self, partition: str, now: datetime, limit: int) -> list[Item]:
        """List the oldest due items of a partition of the index, oldest first."""
        found: list[Item] = []
        more: dict[str, Any] = {}
        while len(found) < limit:
            result = await self._reads.query(
                min(limit - len(found), BATCH),
                IndexName=DUE_INDEX,
                KeyConditionExpression="#due = :due AND dueAt <= :now",
                ExpressionAttributeNames={"#due": "due"},
                ExpressionAttributeValues={
                    ":due": {"S": partition},
                    ":now": {"N": milliseconds(now)},
                },
                **more,
            )
            found += result.items
            if result.last is None:
                break
            more = {"ExclusiveStartKey": result.last}
        return found

    async def quota_used(self, owner: Owner, day: str) -> int:
        """See `Records.quota_used`."""
        return quota_counters.used(await self._reads.get(quota_key(owner, day)))

    async def count_upload(self, owner: Owner, day: str, size: int, limit: int) -> bool:
        """See `Records.count_upload`."""
        try:
            await self._writes.transact([quota_counters.count_upload(owner, day, size, limit)])
        except ConditionFailed:
            return False
        return True

    async def queue_position(self, generation: Generation) -> int | None:
        """See `Records.queue_position`. Always None: SQS does not report positions."""
        return None

    async def _get_key(self, owner: Owner, key: IdempotencyKey, now: datetime) -> Item | None:
        """Return the item of a key, or None if it is missing or expired."""
        item = await self._reads.get(idempotency_key(owner, key.client_request_id))
        return None if idempotency_keys.is_expired(item, now) else item

    async def _get_by_key(self, owner: Owner, item: Item, key: IdempotencyKey) -> Generation:
        """Return the generation that a stored key belongs to."""
        first = await self.get(owner, idempotency_keys.generation_id_of(item, key))
        if first is None:
            raise NotFound(("input", "clientRequestId"))
        return first


def _put_new(generation: Generation) -> dict[str, Any]:
    return {"Item": to_item(generation), "ConditionExpression": "attribute_not_exists(pk)"}


def _version_condition(generation: Generation) -> dict[str, Any]:
    """Return the condition that the stored version is that of `generation`."""
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(generation.version)}},
    }
