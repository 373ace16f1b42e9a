"""Transitions under concurrent writes."""

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


async def test_the_result_of_the_step_is_saved() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    after = await transition(records, queued.ref, toggled)

    assert after.favorite
    assert await records.get(ALICE, queued.id) == after


async def test_concurrent_writers_all_succeed() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    await asyncio.gather(*(transition(records, queued.ref, toggled) for _ in range(20)))

    stored = await records.get(ALICE, queued.id)
    assert stored is not None
    assert (stored.version, stored.favorite) == (21, False)


@pytest.mark.parametrize("step", [lambda _: None, lambda it: it], ids=["none", "the same"])
async def test_an_unchanged_record_is_not_saved(
    step: Callable[[Generation], Generation | None],
) -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())

    assert await transition(records, queued.ref, step) == queued
    assert "save" not in records.calls


async def test_an_exception_of_the_step_propagates() -> None:
    records = FakeRecords()
    queued = await submit(records, a_generation())
    await transition(records, queued.ref, lambda it: state_machine.cancel(it, NOON))

    with pytest.raises(ClaimRefused):
        await transition(records, queued.ref, lambda it: state_machine.claim(it, NOON, LEASE))


async def test_a_missing_record_is_not_found() -> None:
    with pytest.raises(NotFound):
        await transition(FakeRecords(), a_generation().ref, toggled)


async def test_the_number_of_conflicts_is_limited() -> None:
    class Unlucky(FakeRecords):
        async def save(self, before: Generation, after: Generation) -> None:
            self.calls.append("save")
            raise VersionConflict("The record has changed.")

    records = Unlucky()
    queued = await submit(records, a_generation())

    with pytest.raises(VersionConflict, match="changed during each"):
        await transition(records, queued.ref, toggled)
    assert records.calls.count("save") == MAX_CONFLICTS


async def test_a_record_purged_during_a_conflict_is_not_found() -> None:
    class Purged(FakeRecords):
        async def save(self, before: Generation, after: Generation) -> None:
            await self.purge(before)
            await super().save(before, after)

    records = Purged()
    queued = await submit(records, a_generation())

    with pytest.raises(NotFound):
        await transition(records, queued.ref, toggled)
