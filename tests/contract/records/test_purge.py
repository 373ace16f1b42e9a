"""The contract of `Records.purge`."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import VersionConflict
from genai_studio.ports import Records
from tests.builders import ALICE, NOON, a_generation, change, submit

pytestmark = pytest.mark.anyio


async def test_a_purged_record_is_deleted(records: Records) -> None:
    stored = await submit(records, a_generation())

    await records.purge(stored)

    assert await records.get(ALICE, stored.id) is None
    assert await records.queue_position(stored) is None


async def test_purging_an_older_version_is_a_conflict(records: Records) -> None:
    stored = await submit(records, a_generation())
    restored = await change(records, stored, lambda it: state_machine.set_favorite(it, True))

    with pytest.raises(VersionConflict):
        await records.purge(stored)

    assert await records.get(ALICE, stored.id) == restored


async def test_the_second_of_two_purges_is_a_conflict(records: Records) -> None:
    stored = await submit(records, a_generation())

    outcomes = await asyncio.gather(
        *(records.purge(stored) for _ in range(5)), return_exceptions=True
    )

    assert sum(one is None for one in outcomes) == 1
    assert sum(isinstance(one, VersionConflict) for one in outcomes) == 4


async def test_saving_a_purged_record_is_a_conflict(records: Records) -> None:
    stored = await submit(records, a_generation())
    await records.purge(stored)

    with pytest.raises(VersionConflict):
        await change(records, stored, lambda it: state_machine.cancel(it, NOON))

    assert await records.get(ALICE, stored.id) is None


async def test_a_purged_record_is_not_due(records: Records) -> None:
    stored = await submit(records, a_generation())
    running = await change(
        records, stored, lambda it: state_machine.claim(it, NOON, state_machine.WARMING_WAIT)
    )
    await records.purge(running)

    assert await records.due(NOON + state_machine.DEADLINE, 10) == ()
