"""A stream of many shards is read in an order that is right for each record.

DynamoDB Local keeps one shard for hours, so shards that split are scripted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.records.generations import to_item
from genai_studio.aws.records.stream_records import StoredChange
from genai_studio.domain.generation import Generation
from tests.builders import a_generation
from tests.servers.resources.change_stream import ChangeStreamReader, StreamsClient

pytestmark = pytest.mark.anyio


class Shards(StreamsClient):
    """Records by shard; a shard with children has ended."""

    def __init__(self) -> None:
        self.parents: dict[str, str | None] = {}
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.ended: set[str] = set()
        self._count = 0

    def add(self, shard: str, parent: str | None = None) -> None:
        self.parents[shard] = parent
        self.records[shard] = []
        if parent is not None:
            self.ended.add(parent)

    def write(self, shard: str, generation: Generation | None) -> None:
        """A new record; of another kind of item without a generation."""
        self._count += 1
        item = {"pk": {"S": "*"}, "sk": {"S": "quota#2026-05-04"}}
        if generation is not None:
            item = to_item(generation)
        content = {
            "Keys": {name: item[name] for name in ("pk", "sk")},
            "NewImage": item,
            "SequenceNumber": f"{self._count:021d}",
        }
        self.records[shard].append({"eventName": "INSERT", "dynamodb": content})

    def describe_stream(self, **arguments: Any) -> dict[str, Any]:
        # One shard a page, and children before their parents: no order is promised.
        shards = sorted(self.parents, reverse=True)
        place = shards.index(arguments.get("ExclusiveStartShardId", shards[0]))
        place += "ExclusiveStartShardId" in arguments
        entry = {"ShardId": shards[place]}
        parent = self.parents[shards[place]]
        described: dict[str, Any] = {
            "Shards": [entry | ({"ParentShardId": parent} if parent else {})]
        }
        if place + 1 < len(shards):
            described["LastEvaluatedShardId"] = shards[place]
        return {"StreamDescription": described}

    def get_shard_iterator(self, **arguments: Any) -> dict[str, Any]:
        shard, after = arguments["ShardId"], arguments.get("SequenceNumber", "")
        kept = [one["dynamodb"]["SequenceNumber"] for one in self.records[shard]]
        if after and kept and after < kept[0]:
            error = {"Error": {"Code": "TrimmedDataAccessException", "Message": "gone"}}
            raise ClientError(error, "GetShardIterator")  # type: ignore[arg-type]
        return {"ShardIterator": f"{shard} {after}"}

    def get_records(self, **arguments: Any) -> dict[str, Any]:
        shard, _, after = arguments["ShardIterator"].partition(" ")
        behind = [one for one in self.records[shard] if one["dynamodb"]["SequenceNumber"] > after]
        # Two at a time; a shard is known to have ended only behind its last record.
        found = behind[:2]
        answer: dict[str, Any] = {"Records": found}
        if found or shard not in self.ended:
            last = found[-1]["dynamodb"]["SequenceNumber"] if found else after
            answer["NextShardIterator"] = f"{shard} {last}"
        return answer


@pytest.fixture
def shards() -> Shards:
    return Shards()


def reader(shards: Shards) -> ChangeStreamReader:
    return ChangeStreamReader(shards, "the stream", BlockingCalls("DynamoDB", 4))


def ids(found: Sequence[StoredChange]) -> list[str]:
    return [one.generation.id for one in found]


async def read_all(feed: ChangeStreamReader, limit: int, after: str | None = None) -> list[str]:
    """In batches, each by a reader that remembers nothing but the position."""
    found: list[str] = []
    while batch := await feed.after(after, limit):
        assert len(batch) <= limit
        found += ids(batch)
        after = batch[-1].change.position
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_parents_are_read_before_their_children(shards: Shards, limit: int) -> None:
    made = [a_generation() for _ in range(9)]
    shards.add("a")
    for one in made[:4]:
        shards.write("a", one)
        shards.write("a", None)
    shards.add("b", "a")
    for one in made[4:7]:
        shards.write("b", one)
    shards.add("c", "b")
    for one in made[7:]:
        shards.write("c", one)

    assert await read_all(reader(shards), limit) == [one.id for one in made]


async def test_a_reader_goes_on_in_shards_that_came_since(shards: Shards) -> None:
    first, second, third = (a_generation() for _ in range(3))
    shards.add("a")
    shards.write("a", first)
    feed = reader(shards)
    (seen,) = await feed.after(None, 10)
    shards.write("a", second)
    shards.add("b", "a")
    shards.write("b", third)

    assert ids(await feed.after(seen.change.position, 10)) == [second.id, third.id]


async def test_no_shard_is_starved_by_a_busier_one(shards: Shards) -> None:
    shards.add("a")
    shards.add("b")
    for _ in range(20):
        shards.write("a", a_generation())
    quiet = a_generation()
    shards.write("b", quiet)

    feed = reader(shards)
    first = await feed.after(None, 3)
    second = await feed.after(first[-1].change.position, 3)

    assert quiet.id in ids(first) + ids(second)


async def test_what_is_older_than_a_day_is_passed_over(shards: Shards) -> None:
    shards.add("a")
    shards.write("a", a_generation())
    feed = reader(shards)
    (seen,) = await feed.after(None, 10)
    kept = a_generation()
    shards.records["a"].clear()
    shards.write("a", kept)

    assert ids(await feed.after(seen.change.position, 10)) == [kept.id]


async def test_shards_that_are_gone_leave_the_position(shards: Shards) -> None:
    shards.add("a")
    shards.write("a", a_generation())
    shards.add("b", "a")
    shards.write("b", a_generation())
    feed = reader(shards)
    position = (await feed.after(None, 10))[-1].change.position
    assert "a" in position
    del shards.parents["a"]
    last = a_generation()
    shards.write("b", last)

    (told,) = await feed.after(position, 10)

    assert told.generation.id == last.id
    assert '"a"' not in told.change.position
