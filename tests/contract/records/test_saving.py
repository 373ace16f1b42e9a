"""The contract of `Records.save`: optimistic concurrency, fencing, quota and due times."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import StaleFence, VersionConflict
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import RESEND_AFTER, Status
from genai_studio.ports import Records
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NOON,
    a_generation,
    a_request,
    an_image,
    change,
    submit,
)

pytestmark = pytest.mark.anyio

FAILED = Failure(FailureCode.ENDPOINT_REJECTED, "No.", retryable=False)


async def test_a_saved_change_is_read_back(records: Records) -> None:
    queued = await submit(records, a_generation())

    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert await records.get(ALICE, queued.id) == running


async def test_all_fields_of_a_finished_record_are_stored(records: Records) -> None:
    queued = await submit(records, a_generation(request=a_request(count=2, style="watercolor")))
    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    images = (an_image(running, 0), an_image(running, 1))

    finished = await change(
        records, running, lambda it: state_machine.succeed(it, it.fence, NOON, images)
    )

    read = await records.get(ALICE, queued.id)
    assert read == finished
    assert read is not None
    assert read.images == images
    assert [entry.step for entry in read.timeline] == ["claimed, attempt 1", "finished"]


async def test_saving_over_an_older_version_is_a_conflict(records: Records) -> None:
    queued = await submit(records, a_generation())
    canceled = await change(records, queued, lambda it: state_machine.cancel(it, NOON))

    with pytest.raises(VersionConflict):
        await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert await records.get(ALICE, queued.id) == canceled


async def test_saving_an_unknown_record_is_a_conflict(records: Records) -> None:
    with pytest.raises(VersionConflict):
        await change(records, a_generation(), lambda it: state_machine.cancel(it, NOON))


async def test_version_and_id_must_match(records: Records) -> None:
    queued = await submit(records, a_generation())

    with pytest.raises(ValueError, match="next version"):
        await records.save(queued, replace(queued, version=3))
    with pytest.raises(ValueError, match="next version"):
        await records.save(queued, a_generation(version=2))


async def test_one_of_several_concurrent_claims_succeeds(records: Records) -> None:
    queued = await submit(records, a_generation())

    outcomes = await asyncio.gather(
        *(
            change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
            for _ in range(20)
        ),
        return_exceptions=True,
    )

    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert sum(isinstance(one, VersionConflict) for one in outcomes) == 19
    read = await records.get(ALICE, queued.id)
    assert read is not None
    assert (read.version, read.fence) == (2, 1)


async def test_a_worker_with_an_expired_lease_cannot_finish(records: Records) -> None:
    queued = await submit(records, a_generation())
    zombie = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    later = NOON + LEASE
    successor = await change(records, zombie, lambda it: state_machine.claim(it, later, LEASE))

    with pytest.raises(VersionConflict):
        await change(records, zombie, lambda it: state_machine.succeed(it, 1, later, ()))
    newest = await records.get(ALICE, queued.id)
    assert newest == successor
    with pytest.raises(StaleFence):
        state_machine.succeed(successor, zombie.fence, later, ())


async def test_an_extended_lease_moves_the_due_time(records: Records) -> None:
    queued = await submit(records, a_generation())
    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    await change(
        records,
        running,
        lambda it: state_machine.extend_lease(it, it.fence, NOON + LEASE / 2, LEASE),
    )

    assert await records.due(NOON + LEASE, 10) == ()
    assert await records.due(NOON + LEASE * 1.5, 10) == (queued.ref,)


async def test_a_failed_generation_returns_its_quota(records: Records) -> None:
    queued = await submit(records, a_generation(request=a_request(count=3)))
    await submit(records, a_generation())
    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    assert await records.quota_used(ALICE, queued.quota_day) == 4

    await change(
        records, running, lambda it: state_machine.attempt_failed(it, it.fence, NOON, FAILED)
    )

    assert await records.quota_used(ALICE, queued.quota_day) == 1


async def test_quota_is_returned_to_the_day_of_the_submit(records: Records) -> None:
    queued = await submit(records, a_generation())
    tomorrow = NOON + timedelta(days=1)
    other = await submit(records, a_generation(at=tomorrow))

    await change(records, queued, lambda it: state_machine.cancel(it, tomorrow))

    assert await records.quota_used(ALICE, queued.quota_day) == 0
    assert await records.quota_used(ALICE, other.quota_day) == 1


async def test_a_conflicting_save_returns_no_quota(records: Records) -> None:
    queued = await submit(records, a_generation())
    await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    with pytest.raises(VersionConflict):
        await change(records, queued, lambda it: state_machine.cancel(it, NOON))

    assert await records.quota_used(ALICE, queued.quota_day) == 1


async def test_concurrent_changes_with_retries_are_all_stored(records: Records) -> None:
    stored = await submit(records, a_generation())

    async def toggle() -> None:
        while True:
            before = await records.get(ALICE, stored.id)
            assert before is not None
            try:
                await records.save(before, state_machine.set_favorite(before, not before.favorite))
            except VersionConflict:
                continue
            return

    await asyncio.gather(*(toggle() for _ in range(10)))

    read = await records.get(ALICE, stored.id)
    assert read is not None
    assert read.version == 11
    assert not read.favorite


async def test_due_lists_unfinished_generations_longest_overdue_first(records: Records) -> None:
    leases = [timedelta(seconds=seconds) for seconds in (30, 10, 20)]
    running = []
    for lease in leases:
        queued = await submit(records, a_generation())
        running.append(
            await change(records, queued, partial(state_machine.claim, now=NOON, lease=lease))
        )
    await submit(records, a_generation())
    done = await submit(records, a_generation())
    await change(records, done, lambda it: state_machine.cancel(it, NOON))

    late = NOON + timedelta(minutes=1)
    assert await records.due(NOON, 10) == ()
    assert await records.due(late, 10) == (running[1].ref, running[2].ref, running[0].ref)
    assert await records.due(late, 2) == (running[1].ref, running[2].ref)


async def test_due_is_in_order_over_many_records(records: Records) -> None:
    """A store may split the due records over several partitions, but not lose the order."""
    minutes = [7 * number % 24 for number in range(24)]
    refs = {}
    for minute in minutes:
        queued = await submit(records, a_generation(ALICE if minute % 2 else BOB))
        lease = timedelta(minutes=minute + 1)
        await change(records, queued, partial(state_machine.claim, now=NOON, lease=lease))
        refs[minute] = queued.ref
    expected = tuple(refs[minute] for minute in range(24))

    assert await records.due(NOON + timedelta(minutes=24), 100) == expected
    assert await records.due(NOON + timedelta(minutes=24), 9) == expected[:9]
    assert await records.due(NOON + timedelta(minutes=12), 100) == expected[:12]


async def test_a_final_record_is_never_due(records: Records) -> None:
    queued = await submit(records, a_generation())
    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    await change(records, running, lambda it: state_machine.succeed(it, 1, NOON, ()))

    assert await records.due(NOON + timedelta(days=365), 10) == ()
    read = await records.get(ALICE, queued.id)
    assert read is not None
    assert read.status is Status.SUCCEEDED


async def test_only_queued_generations_have_a_queue_position(records: Records) -> None:
    queued = await submit(records, a_generation())
    position = await records.queue_position(queued)
    assert position in (1, None), "None if the store cannot tell"

    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert await records.queue_position(running) is None


async def test_queued_generation_is_due_at_the_time_to_send_it_again(records: Records) -> None:
    at = NOON + RESEND_AFTER
    waiting = await submit(records, a_generation(resend_at=at))
    await submit(records, a_generation())

    assert await records.due(at - timedelta(seconds=1), 10) == ()
    assert await records.due(at, 10) == (waiting.ref,)
    await change(records, waiting, lambda it: state_machine.sweep(it, at) or it)
    assert await records.due(at, 10) == ()
