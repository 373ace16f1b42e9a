"""The publisher with records of a real change stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any, cast

import pytest

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.table import generation_key, term_key, tombstone_key
from genai_studio.domain import state_machine
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import new_id
from genai_studio.domain.image import generation_prefix
from genai_studio.domain.search.terms import board_term
from genai_studio.hosts.aws.publisher import LambdaHandler, publish, publisher_handler
from genai_studio.ports import GenerationEvent
from genai_studio.services.relay import Relay
from tests.builders import (
    ALICE,
    LEASE,
    NOON,
    ManualClock,
    a_generation,
    change,
    submit,
    succeeded,
)
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.faults.test_worker_on_aws import Killed
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import PublishedRecords, records_table

pytestmark = pytest.mark.anyio


class FailingEvents(FakeEvents):
    """Fails the first `times` events of one version."""

    def __init__(self, version: int, times: int) -> None:
        super().__init__()
        self._version = version
        self._times = times

    async def publish(self, event: GenerationEvent) -> None:
        if event.generation.version == self._version and self._times:
            self._times -= 1
            raise StudioUnavailable("AppSync does not respond.")
        await super().publish(event)


@pytest.fixture
def table() -> Iterator[str]:
    with records_table() as created:
        yield created


@pytest.fixture
def records(table: str) -> PublishedRecords:
    return PublishedRecords(table)


def stream_event(table: str) -> dict[str, Any]:
    """Return all records of the table's stream as an event of Lambda's event source."""
    streams = client("dynamodbstreams", DYNAMODB_LOCAL)
    described = client("dynamodb", DYNAMODB_LOCAL).describe_table(TableName=table)
    arn = described["Table"]["LatestStreamArn"]
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    found: list[Any] = []
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    event: dict[str, Any] = json.loads(json.dumps({"Records": found}, default=str))
    return event


async def test_changes_are_published_in_order_and_searchable(
    records: PublishedRecords, table: str
) -> None:
    events = FakeEvents()
    relay = Relay(records, FakeImages(ManualClock()), events)
    queued = await submit(records, a_generation(prompt="a red apple"))
    finished = await change(records, queued, succeeded)

    result = await publish(relay, records.postings, stream_event(table))

    assert result == {"batchItemFailures": []}
    assert [one.generation for one in events.published] == [finished, finished]
    found = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(text="apple"), first=5))
    assert found.items == (finished,)


async def test_purge_deletes_images_and_terms(records: PublishedRecords, table: str) -> None:
    images = FakeImages(ManualClock())
    stored = await submit(records, a_generation(prompt="a red apple"))
    key = f"{generation_prefix(ALICE, stored.id)}1/0.png"
    await images.put(key, b"image", "image/png")
    await records.purge(stored)

    result = await publish(
        Relay(records, images, FakeEvents()), records.postings, stream_event(table)
    )

    assert result == {"batchItemFailures": []}
    assert images.objects == {}
    items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=table)["Items"]
    assert not [item for item in items if item["sk"]["S"].startswith("term")]


async def test_image_stored_after_the_purge_is_deleted_when_the_tombstone_expires(
    records: PublishedRecords, table: str
) -> None:
    """A worker was killed between its last write and its own cleanup."""
    images = FakeImages(ManualClock())
    relay = Relay(records, images, FakeEvents())
    running = await change(
        records,
        await submit(records, a_generation()),
        lambda it: state_machine.claim(it, NOON, LEASE),
    )
    trashed = await change(records, running, lambda it: state_machine.trash(it, NOON))
    await records.purge(trashed)
    published = stream_event(table)["Records"]
    await publish(relay, records.postings, {"Records": published})
    await images.put(f"{generation_prefix(ALICE, running.id)}1/0.png", b"late", "image/png")
    dynamodb = client("dynamodb", DYNAMODB_LOCAL)
    tombstone = dynamodb.get_item(TableName=table, Key=tombstone_key(ALICE, running.id))["Item"]
    assert int(tombstone["expiresAt"]["N"]) >= (NOON + state_machine.DEADLINE).timestamp()
    # As DynamoDB's TTL does.
    dynamodb.delete_item(TableName=table, Key=tombstone_key(ALICE, running.id))

    expired = [one for one in stream_event(table)["Records"] if one not in published]
    assert len(images.objects) == 1
    result = await publish(relay, records.postings, {"Records": expired})

    assert result == {"batchItemFailures": []}
    assert images.objects == {}


async def test_purge_of_a_generation_that_no_worker_claimed_leaves_no_tombstone(
    records: PublishedRecords, table: str
) -> None:
    await records.purge(await submit(records, a_generation()))

    items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=table)["Items"]
    assert not [item for item in items if item["sk"]["S"].startswith("purged#")]


class KilledClient:
    """A DynamoDB client whose process is killed at one of its batch writes."""

    def __init__(self, original: Any, at: int, *, after_effect: bool) -> None:
        self._original = original
        self._at = at
        self._after_effect = after_effect
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def batch_write_item(self, **arguments: Any) -> Any:
        killed = self.calls == self._at
        self.calls += 1
        if killed and not self._after_effect:
            raise Killed
        answer = self._original.batch_write_item(**arguments)
        if killed:
            raise Killed
        return answer


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
async def test_publisher_killed_at_any_write_of_terms_leaves_none_after_a_purge(
    records: PublishedRecords, table: str, *, after_effect: bool
) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    boards = [new_id() for _ in range(3)]
    stored = await submit(records, a_generation(prompt=words, boards=(boards[0],)))
    moved = await change(records, stored, lambda it: state_machine.set_boards(it, (*boards,)))
    left = await change(records, moved, lambda it: state_machine.set_boards(it, (boards[2],)))
    await records.purge(left)
    event = stream_event(table)
    original = client("dynamodb", DYNAMODB_LOCAL)
    relay = Relay(records, FakeImages(ManualClock()), FakeEvents())
    point = 0
    while True:
        killed = KilledClient(original, point, after_effect=after_effect)
        calls = BlockingCalls("DynamoDB", CONNECTIONS)
        try:
            await publish(relay, Postings(cast("Any", killed), table, calls), event)
        except Killed:
            # The stream delivers the batch again, to a new process.
            await publish(relay, records.postings, event)
        items = original.scan(TableName=table)["Items"]
        assert not [item for item in items if item["sk"]["S"].startswith("term")], point
        if killed.calls <= point:
            break
        point += 1
    assert point >= 8, "three batches to write, one of each change of boards, three to delete"


async def test_repeated_changes_of_boards_end_at_the_last_one(
    records: PublishedRecords, table: str
) -> None:
    cars, trees = new_id(), new_id()
    stored = await submit(records, a_generation())
    for boards in ((cars,), (trees, cars), (trees,)):
        stored = await change(records, stored, partial(state_machine.set_boards, boards=boards))
    event = stream_event(table)
    relay = Relay(records, FakeImages(ManualClock()), FakeEvents())

    for _ in range(2):
        await publish(relay, records.postings, event)

        items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=table)["Items"]
        keys = [item["sk"]["S"] for item in items]
        assert [key for key in keys if "#@" in key] == [
            term_key(ALICE, board_term(trees), stored.id)["sk"]["S"]
        ]


async def test_failed_record_is_reported_and_retried(records: PublishedRecords, table: str) -> None:
    first = await submit(records, a_generation())
    second = await submit(records, a_generation())
    await change(records, second, lambda it: state_machine.cancel(it, NOON))
    third = await submit(records, a_generation())
    events = FailingEvents(version=2, times=1)
    relay = Relay(records, FakeImages(ManualClock()), events)
    event = stream_event(table)

    result = await publish(relay, records.postings, event)

    (failure,) = result["batchItemFailures"]
    assert [one.generation.id for one in events.published] == [first.id]
    # Lambda retries from the record that failed.
    places = [one["dynamodb"]["SequenceNumber"] for one in event["Records"]]
    rest = {"Records": event["Records"][places.index(failure["itemIdentifier"]) :]}
    assert await publish(relay, records.postings, rest) == {"batchItemFailures": []}
    published_ids = [one.generation.id for one in events.published]
    assert published_ids == [first.id, second.id, second.id, third.id]


async def test_unreadable_record_does_not_block_stream(
    records: PublishedRecords, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = await submit(records, a_generation(prompt="a secret apple"))
    images = FakeImages(ManualClock())
    await images.put(f"{generation_prefix(ALICE, damaged.id)}1/0.png", b"image", "image/png")
    damage(table, damaged)
    purge_damaged(table, damaged)
    later = await submit(records, a_generation())
    events = FakeEvents()
    event = stream_event(table)

    result = await publish(Relay(records, images, events), records.postings, event)

    assert result == {"batchItemFailures": []}
    assert [one.generation.id for one in events.published] == [later.id]
    assert images.objects == {}, "a purge must delete images even if the record is unreadable"
    assert damaged.id in caplog.text
    assert "secret" not in caplog.text


async def test_repaired_record_is_published(records: PublishedRecords, table: str) -> None:
    damaged = await submit(records, a_generation())
    damage(table, damaged)
    event = stream_event(table)
    repaired = succeeded(damaged)
    await records.save(damaged, repaired)
    events = FakeEvents()

    await publish(Relay(records, FakeImages(ManualClock()), events), records.postings, event)

    assert {one.generation for one in events.published} == {repaired}


def damage(table: str, generation: Generation) -> None:
    """Replace the stored document by an unreadable one."""
    client("dynamodb", DYNAMODB_LOCAL).update_item(
        TableName=table,
        Key=generation_key(generation.owner, generation.id),
        UpdateExpression="SET document = :damaged",
        ExpressionAttributeValues={":damaged": {"S": '{"schema": 2}'}},
    )


def purge_damaged(table: str, generation: Generation) -> None:
    client("dynamodb", DYNAMODB_LOCAL).delete_item(
        TableName=table, Key=generation_key(generation.owner, generation.id)
    )


async def test_handler_supports_repeated_calls(records: PublishedRecords, table: str) -> None:
    relay = Relay(records, FakeImages(ManualClock()), FakeEvents())
    await submit(records, a_generation())
    event = stream_event(table)
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler: LambdaHandler = publisher_handler(relay, records.postings, loop)
        for _ in range(3):
            call = function.submit(handler, event, None)
            assert await asyncio.wrap_future(call) == {"batchItemFailures": []}


async def test_each_finished_generation_is_counted_once(
    records: PublishedRecords, table: str
) -> None:
    relay = Relay(records, FakeImages(ManualClock()), FakeEvents())
    finished = await change(records, await submit(records, a_generation()), succeeded)
    await change(records, finished, lambda it: state_machine.set_favorite(it, favorite=True))
    await submit(records, a_generation())
    canceled = await submit(records, a_generation())
    canceled = await change(records, canceled, lambda it: state_machine.cancel(it, NOON))
    await records.purge(canceled)
    ended: list[Generation] = []

    await publish(relay, records.postings, stream_event(table), ended.append)

    assert [one.id for one in ended] == [finished.id, canceled.id]
    assert [one.version for one in ended] == [finished.version, canceled.version]


async def test_metrics_error_does_not_prevent_publishing(
    records: PublishedRecords, table: str
) -> None:
    events = FakeEvents()
    relay = Relay(records, FakeImages(ManualClock()), events)
    finished = await change(records, await submit(records, a_generation()), succeeded)

    def broken(generation: Generation) -> None:
        raise ValueError("Invalid metric.")

    result = await publish(relay, records.postings, stream_event(table), broken)

    assert result == {"batchItemFailures": []}
    assert [one.generation for one in events.published][-1] == finished
