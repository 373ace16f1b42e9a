"""A step is taken on the newest record, however many write at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, NotFound, VersionConflict
from genai_studio.domain.generation import Generation
from genai_studio.services.transition import MAX_CONFLICTS, transition
from tests.builders import ALICE, LEASE, NOON, a_generation, submit
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio


def toggled(generation: Generation) -> Generation:
    return state_machine.set_favorite(generation, not generation.favorite)


async def test_it_stores_what_the_step_made() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    after = await transition(records, queued.ref, toggled)

    assert after.favorite
    assert await records.get(ALICE, queued.id) == after


async def test_every_one_of_many_writers_gets_through() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    await asyncio.gather(*(transition(records, queued.ref, toggled) for _ in range(20)))

    stored = await records.get(ALICE, queued.id)
    assert stored is not None
    assert (stored.version, stored.favorite) == (21, False)


@pytest.mark.parametrize("step", [lambda _: None, lambda it: it], ids=["none", "the same"])
async def test_a_step_that_changes_nothing_stores_nothing(
    step: Callable[[Generation], Generation | None],
) -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    assert await transition(records, queued.ref, step) == queued
    assert "save" not in records.calls


async def test_what_the_step_raises_ends_it() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())
    await transition(records, queued.ref, lambda it: state_machine.cancel(it, NOON))

    with pytest.raises(ClaimRefused):
        await transition(records, queued.ref, lambda it: state_machine.claim(it, NOON, LEASE))


async def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        await transition(FakeRecords(), a_generation().ref, toggled)


async def test_it_gives_up_when_the_store_never_lets_it_win() -> None:
    class Unlucky(FakeRecords):
        async def save(self, before: Generation, after: Generation) -> None:
            self.calls.append("save")
            raise VersionConflict("Somebody was quicker.")

    records = Unlucky()
    queued = await submit(records, a_generation())

    with pytest.raises(VersionConflict, match="changed during each"):
        await transition(records, queued.ref, toggled)
    assert records.calls.count("save") == MAX_CONFLICTS


async def test_purged_in_between_is_not_found() -> None:
    class Purged(FakeRecords):
        async def save(self, before: Generation, after: Generation) -> None:
            await self.purge(before)
            await super().save(before, after)

    records = Purged()
    queued = await submit(records, a_generation())

    with pytest.raises(NotFound):
        await transition(records, queued.ref, toggled)
