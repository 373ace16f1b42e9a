"""The feed tells every stored change once, in an order that is right for each record."""

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


async def test_it_is_empty_before_anything_happens(records: RecordsWithFeed) -> None:
    assert await records.changes(None, 10) == ()


async def test_it_tells_of_submits_changes_and_purges(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    canceled = await change(records, queued, lambda it: state_machine.cancel(it, NOON))
    await records.purge(canceled)

    told = [(one.ref, one.version, one.purged) for one in await read_all(records)]

    assert told == [(queued.ref, 1, False), (queued.ref, 2, False), (queued.ref, 2, True)]


async def test_what_was_refused_is_not_told(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    await change(records, queued, lambda it: state_machine.cancel(it, NOON))
    with pytest.raises(VersionConflict):
        await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert [one.version for one in await read_all(records)] == [1, 2]


async def test_a_replay_is_no_change(records: RecordsWithFeed) -> None:
    queued = await submit(records, a_generation())
    await submit(records, queued)

    assert len(await read_all(records)) == 1


async def test_a_reader_goes_on_where_it_was(records: RecordsWithFeed) -> None:
    first = await submit(records, a_generation(ALICE))
    seen = (await records.changes(None, 10))[-1].position
    second = await submit(records, a_generation(BOB))

    assert [one.ref for one in await records.changes(seen, 10)] == [second.ref]
    assert [one.ref for one in await records.changes(None, 10)] == [first.ref, second.ref]


async def test_reading_in_small_batches_while_others_write_misses_nothing(
    records: RecordsWithFeed,
) -> None:
    told: list[Change] = []
    writing_done = asyncio.Event()

    async def read() -> None:
        after: str | None = None
        while True:
            finished = writing_done.is_set()
            batch = await records.changes(after, 4)
            told.extend(batch)
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

    heard = [(one.ref.id, one.version) for one in told]
    assert sorted(heard) == sorted(entry for entries in written for entry in entries)
    for entries in written:
        assert [entry for entry in heard if entry in entries] == entries
