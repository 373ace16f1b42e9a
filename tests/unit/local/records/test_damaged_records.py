"""An unreadable record is skipped and does not affect other records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from genai_studio.bootstrap.local import LocalStudio, local_studio
from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.image import attempt_prefix
from genai_studio.hosts.local.background import (
    RELAY_READER,
    background_loops,
    delete_purged_images,
    process_next_generation,
)
from genai_studio.local.records.columns import to_blob
from genai_studio.settings import Settings
from tests.builders import ALICE, BOB, LEASE, a_caller, a_generation, a_request, change, submit

pytestmark = pytest.mark.anyio

DAMAGED = [b"", b"no json", b"[]", b'{"schema": 2, "generation": {}}', b'{"schema": 1}', b"\xff"]


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[LocalStudio]:
    # Nothing listens on port 9, the discard service: no images are generated.
    wired = local_studio(Settings(data_dir=tmp_path, endpoint_url="http://127.0.0.1:9"))
    yield wired
    wired.records.close()


async def damage(wired: LocalStudio, generation: Generation, document: bytes = b"no json") -> None:
    def write(connection: Connection) -> None:
        connection.execute(
            "UPDATE generations SET document = ? WHERE id = ?", (document, to_blob(generation.id))
        )

    await wired.records.database.write(write)


async def queued(wired: LocalStudio, **fields: Any) -> Generation:
    return await submit(wired.records, a_generation(at=wired.clock.now(), **fields))


async def running(wired: LocalStudio) -> Generation:
    generation = await queued(wired)
    return await change(
        wired.records, generation, lambda it: state_machine.claim(it, wired.clock.now(), LEASE)
    )


@pytest.mark.parametrize("document", DAMAGED)
async def test_history_shows_the_other_records(wired: LocalStudio, document: bytes) -> None:
    first, damaged, last = [await queued(wired) for _ in range(3)]
    await damage(wired, damaged, document)
    query = HistoryQuery(filter=HistoryFilter(), first=10)

    page = await wired.records.page(ALICE, query)

    assert page.items == (last, first)


async def test_paging_continues_after_damaged_records(wired: LocalStudio) -> None:
    made = [await queued(wired) for _ in range(5)]
    for one in made[1:4]:
        await damage(wired, one)

    shown: list[Generation] = []
    after: str | None = None
    pages = 0
    while True:
        query = HistoryQuery(filter=HistoryFilter(), first=1, after=after)
        page = await wired.records.page(ALICE, query)
        shown += page.items
        pages += 1
        if not page.has_next:
            break
        after = page.end

    assert shown == [made[4], made[0]]
    assert pages == 5


async def test_children_are_found_despite_damaged_records(wired: LocalStudio) -> None:
    parent = await queued(wired)
    child = await queued(wired, parent_id=parent.id)
    await damage(wired, await queued(wired))
    query = HistoryQuery(filter=HistoryFilter(parent_id=parent.id), first=10)

    assert (await wired.records.page(ALICE, query)).items == (child,)


async def test_the_worker_skips_a_damaged_record(
    wired: LocalStudio, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = await queued(wired)
    await damage(wired, damaged)
    of_bob = await submit(wired.records, a_generation(BOB, request=a_request(model="none")))

    await process_next_generation(wired)

    assert damaged.id in caplog.text
    assert await wired.queue.next(wired.clock.now()) == of_bob.ref


async def test_a_studio_starts_with_damaged_records_and_publishes_the_others(
    wired: LocalStudio,
) -> None:
    held, other = await running(wired), await running(wired)
    await damage(wired, held)
    assert wired.studio.subscriptions is not None
    news = wired.studio.subscriptions.subscribe(a_caller(), other.id)

    async with asyncio.timeout(20), background_loops(wired):
        event = await anext(news)
        while event.generation.status is Status.RUNNING:
            event = await anext(news)
        # Storing a position is not a change of a record, so there is no event to wait for.
        while await wired.records.position(RELAY_READER) is None:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)

    assert event.generation.id == other.id


async def test_start_deletes_images_that_a_killed_worker_left_after_a_purge(
    wired: LocalStudio,
) -> None:
    kept, purged = await queued(wired), await queued(wired)
    for generation in (kept, purged):
        key = f"{attempt_prefix(generation.owner, generation.id, 1)}0.png"
        await wired.images.put(key, b"image", "image/png")
    trashed = await change(
        wired.records, purged, lambda it: state_machine.trash(it, wired.clock.now())
    )
    await wired.records.purge(trashed)
    newest = (await wired.records.changes(None, 100))[-1]
    await wired.records.set_position(RELAY_READER, newest.position)

    await delete_purged_images(wired)

    left = list((wired.settings.data_dir / "images").rglob("*.png"))
    assert [path.parent.parent.name for path in left] == [kept.id]
