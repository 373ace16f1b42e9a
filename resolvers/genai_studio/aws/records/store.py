"""`ports.Records` in one DynamoDB table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records import history, idempotency_keys, quota_counters
from genai_studio.aws.records.generations import from_item, milliseconds, to_item
from genai_studio.aws.records.reads import BATCH, Reads
from genai_studio.aws.records.table import (
    DUE,
    DUE_INDEX,
    Item,
    generation_key,
    id_of,
    idempotency_key,
    quota_key,
)
from genai_studio.aws.records.writes import ConditionFailed, Writes
from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import Submitted

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRecords:
    """Generations, keys and quota counters of one table.

    What `aws.postings` does with the stream is what search finds.

    Args:
        table: Its name.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        calls = BlockingCalls("DynamoDB", CONNECTIONS)
        self._reads = Reads(client, table, calls)
        self._writes = Writes(client, table, calls)

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        """See `Records.submit`."""
        owner, day = generation.owner, generation.quota_day

        async def known() -> Item | None:
            return await self._known(owner, key, generation.created_at)

        try:
            await self._writes.transact(
                [
                    idempotency_keys.remember(owner, key, generation.id, generation.created_at),
                    {"Put": _new(generation)},
                    *quota_counters.take(owner, day, generation.quota_held, limits),
                ],
                unless=known,
            )
        except ConditionFailed as failed:
            first, *others = failed.stored
            if first is not None:
                return Submitted(await self._first(owner, first, key), replayed=True)
            taken, of_person, of_everybody = others
            if taken is not None:
                raise ValueError("There is a generation of this id.") from None
            raise quota_counters.exceeded(limits, of_person, of_everybody) from None
        return Submitted(generation, replayed=False)

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        """See `Records.submitted`."""
        item = await self._known(owner, key, now)
        return None if item is None else await self._first(owner, item, key)

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
        part = {"Item": to_item(after), **_unchanged(before)}
        returned = before.quota_held - after.quota_held
        try:
            if returned:
                counters = quota_counters.give_back(before.owner, before.quota_day, returned)
                await self._writes.transact([{"Put": part}, *counters])
            else:
                await self._writes.put(part)
        except ConditionFailed:
            raise VersionConflict("The record is no longer what was read.") from None

    async def purge(self, generation: Generation) -> None:
        """See `Records.purge`. Its words are deleted by whoever reads the stream."""
        key = generation_key(generation.owner, generation.id)
        try:
            await self._writes.delete({"Key": key, **_unchanged(generation)})
        except ConditionFailed:
            raise VersionConflict("The record is no longer what was read.") from None

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        """See `Records.page`; favorites, trash and search may lag a moment behind."""
        return await history.page(self._reads, owner, query)

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        """See `Records.due`; may lag a moment behind."""
        found: list[GenerationRef] = []
        more: dict[str, Any] = {}
        while len(found) < limit:
            queried = await self._reads.query(
                min(limit - len(found), BATCH),
                IndexName=DUE_INDEX,
                KeyConditionExpression="#due = :due AND dueAt <= :now",
                ExpressionAttributeNames={"#due": "due"},
                ExpressionAttributeValues={
                    ":due": {"S": DUE},
                    ":now": {"N": milliseconds(now)},
                },
                **more,
            )
            found += [GenerationRef(Owner(item["pk"]["S"]), id_of(item)) for item in queried.items]
            if queried.last is None:
                break
            more = {"ExclusiveStartKey": queried.last}
        return tuple(found)

    async def quota_used(self, owner: Owner, day: str) -> int:
        """See `Records.quota_used`."""
        return quota_counters.used(await self._reads.get(quota_key(owner, day)))

    async def queue_position(self, generation: Generation) -> int | None:
        """See `Records.queue_position`; SQS does not tell."""
        return None

    async def _known(self, owner: Owner, key: IdempotencyKey, now: datetime) -> Item | None:
        """The item of a key that is remembered."""
        item = await self._reads.get(idempotency_key(owner, key.client_request_id))
        return None if idempotency_keys.is_forgotten(item, now) else item

    async def _first(self, owner: Owner, item: Item, key: IdempotencyKey) -> Generation:
        """What a key was used for."""
        first = await self.get(owner, idempotency_keys.used_for(item, key))
        if first is None:
            raise NotFound(("input", "clientRequestId"))
        return first


def _new(generation: Generation) -> dict[str, Any]:
    return {"Item": to_item(generation), "ConditionExpression": "attribute_not_exists(pk)"}


def _unchanged(generation: Generation) -> dict[str, Any]:
    """The condition that the stored record is still this one."""
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(generation.version)}},
    }
