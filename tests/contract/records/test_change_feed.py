"""The contract of `ports.ChangeFeed`: each stored change once, in order per record."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import VersionConflict
from genai_studio.ports import Change
from tests.builders import ALICE, BOB, LEASE, NOON, a_generation, change, submit
from tests.contract.records.adapters import RecordsWithFeed

pytestmark = pytest.mark.anyio


async def read_all(
    records: RecordsWithFeed, after: str | None = None, limit: int = 3
) -> list[Change]:
    found: list[Change] = []
    while True:
        batch = await records.changes(after, limit)
        if not batch:
            return found
        assert len(batch) <= limit
        found.extend(batch)
        after = batch[-1].position


async def test_an_empty_feed_has_no_changes(records: RecordsWithFeed) -> None:
    assert await records.changes(None, 10) == ()


async def test_submits_saves_and_purges_are_in_the_feed(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    canceled = await change(records, queued, lambda it: state_machine.cancel(it, NOON))
    await records.purge(canceled)

    changes_read = [(one.ref, one.version, one.purged) for one in await read_all(records)]

    assert changes_read == [(queued.ref, 1, False), (queued.ref, 2, False), (queued.ref, 2, True)]


async def test_a_conflicting_save_is_not_in_the_feed(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    await change(records, queued, lambda it: state_machine.cancel(it, NOON))
    with pytest.raises(VersionConflict):
        await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert [one.version for one in await read_all(records)] == [1, 2]


async def test_a_replay_is_not_in_the_feed(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    await submit(records, queued)

    assert len(await read_all(records)) == 1


async def test_reading_continues_after_a_position(records: RecordsWithFeed) -> None:
    first = await submit(records, a_generation(ALICE))
    position = (await records.changes(None, 10))[-1].position
    second = await submit(records, a_generation(BOB))

    assert [one.ref for one in await records.changes(position, 10)] == [second.ref]
    assert [one.ref for one in await records.changes(None, 10)] == [first.ref, second.ref]


async def test_reading_during_writes_misses_nothing(
    records: RecordsWithFeed,
) -> None:
    changes_read: list[Change] = []
    writing_done = asyncio.Event()

    async def read() -> None:
        after: str | None = None
        while True:
            finished = writing_done.is_set()
            batch = await records.changes(after, 4)
            changes_read.extend(batch)
            if batch:
                after = batch[-1].position
            elif finished:
                return

    async def write() -> list[tuple[str, int]]:
        queued = await submit(records, a_generation())
        running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
        await change(records, running, lambda it: state_machine.succeed(it, 1, NOON, ()))
        return [(queued.id, version) for version in (1, 2, 3)]

    reader = asyncio.create_task(read())
    written = await asyncio.gather(*(write() for _ in range(12)))
    writing_done.set()
    await reader

    versions_read = [(one.ref.id, one.version) for one in changes_read]
    assert sorted(versions_read) == sorted(entry for entries in written for entry in entries)
    for entries in written:
        assert [entry for entry in versions_read if entry in entries] == entries
