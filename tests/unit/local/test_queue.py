"""`LocalQueue`: fair order, limits per user, and prompt wake-up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, VersionConflict
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.local.queue.queue import LocalQueue
from genai_studio.local.records.store import LocalRecords
from tests.builders import ALICE, BOB, LEASE, NOON, ManualClock, a_generation, change, submit

pytestmark = pytest.mark.anyio

CAROL = Owner("33333333-cccc-4ccc-8ccc-cccccccccccc")
WARMING = Failure(FailureCode.ENDPOINT_WARMING, "It is starting.", retryable=True)

T = TypeVar("T")


async def with_timeout(awaitable: Awaitable[T]) -> T:
    async with asyncio.timeout(5):
        return await awaitable


@pytest.fixture
def queue(records: LocalRecords, clock: ManualClock) -> LocalQueue:
    return LocalQueue(records, clock, running_per_user=2)


async def run_next(records: LocalRecords, queue: LocalQueue) -> Generation | None:
    """Claim and finish the next generation."""
    ref = await queue.next(NOON)
    if ref is None:
        return None
    queued = await records.get(ref.owner, ref.id)
    assert queued is not None
    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
    return await change(records, running, lambda it: state_machine.succeed(it, it.fence, NOON, ()))


async def test_an_empty_queue_returns_none(queue: LocalQueue) -> None:
    assert await queue.next(NOON) is None


async def test_generations_of_a_user_are_served_oldest_first(
    records: LocalRecords, queue: LocalQueue
) -> None:
    made = [await submit(records, a_generation()) for _ in range(3)]

    served = [await run_next(records, queue) for _ in range(3)]

    assert [one.id for one in served if one] == [one.id for one in made]


async def test_users_take_turns(records: LocalRecords, queue: LocalQueue) -> None:
    for owner in (ALICE, ALICE, ALICE, ALICE, BOB, BOB, CAROL):
        await submit(records, a_generation(owner))

    served = [await run_next(records, queue) for _ in range(7)]

    assert [one.owner for one in served if one] == [ALICE, BOB, CAROL, ALICE, BOB, ALICE, ALICE]
    assert await queue.next(NOON) is None


async def test_turns_survive_a_restart(records: LocalRecords, queue: LocalQueue) -> None:
    for owner in (ALICE, ALICE, BOB):
        await submit(records, a_generation(owner))
    await run_next(records, queue)

    ref = await LocalQueue(records, ManualClock(), running_per_user=2).next(NOON)

    assert ref is not None
    assert ref.owner == BOB


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(owners=st.lists(st.sampled_from([ALICE, BOB, CAROL]), max_size=8), served=st.integers(0, 3))
async def test_queue_position_counts_the_generations_served_before(
    records: LocalRecords, queue: LocalQueue, owners: list[Owner], served: int
) -> None:
    waiting = [await submit(records, a_generation(owner)) for owner in owners]
    for _ in range(served):
        await run_next(records, queue)

    positions = {one.id: await records.queue_position(one) for one in waiting}
    order: list[str] = []
    while (done := await run_next(records, queue)) is not None:
        order.append(done.id)

    assert {id_: place for id_, place in positions.items() if place is not None} == {
        id_: place for place, id_ in enumerate(order, start=1)
    }


async def test_running_per_user_is_limited(records: LocalRecords, queue: LocalQueue) -> None:
    for _ in range(3):
        await submit(records, a_generation(ALICE))
    bobs = await submit(records, a_generation(BOB))
    running = []
    for _ in range(2):
        ref = await queue.next(NOON)
        assert ref is not None
        if ref.owner == BOB:
            await records.purge(bobs)
            ref = await queue.next(NOON)
            assert ref is not None
        queued = await records.get(ref.owner, ref.id)
        assert queued is not None
        running.append(
            await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
        )
    assert await queue.next(NOON) is None

    await change(records, running[0], lambda it: state_machine.succeed(it, 1, NOON, ()))

    assert await queue.next(NOON) is not None


async def test_a_generation_in_its_retry_delay_is_skipped(
    records: LocalRecords, queue: LocalQueue
) -> None:
    first = await submit(records, a_generation())
    second = await submit(records, a_generation())
    running = await change(records, first, lambda it: state_machine.claim(it, NOON, LEASE))
    await change(records, running, lambda it: state_machine.attempt_failed(it, 1, NOON, WARMING))

    assert await queue.next(NOON) == second.ref
    assert await queue.next(NOON + state_machine.WARMING_WAIT) == first.ref


async def test_take_waits_for_a_submit(records: LocalRecords, queue: LocalQueue) -> None:
    taking = asyncio.create_task(queue.take())
    await asyncio.sleep(0)

    stored = await submit(records, a_generation())

    assert await with_timeout(taking) == stored.ref


async def test_take_waits_for_the_end_of_a_retry_delay(
    records: LocalRecords, queue: LocalQueue, clock: ManualClock
) -> None:
    stored = await submit(records, a_generation())
    running = await change(records, stored, lambda it: state_machine.claim(it, NOON, LEASE))
    await change(records, running, lambda it: state_machine.attempt_failed(it, 1, NOON, WARMING))
    taking = asyncio.create_task(queue.take())
    await with_timeout(clock.wait_for_sleeper())

    clock.advance(state_machine.WARMING_WAIT - timedelta(milliseconds=1))
    await asyncio.sleep(0)
    assert not taking.done()
    clock.advance(timedelta(milliseconds=1))

    assert await with_timeout(taking) == stored.ref


async def test_several_workers_serve_each_generation_once(
    records: LocalRecords, clock: ManualClock
) -> None:
    queue = LocalQueue(records, clock, running_per_user=10)
    made = [
        await submit(records, a_generation(owner)) for owner in (ALICE, BOB, CAROL) for _ in "1234"
    ]
    served: list[str] = []
    all_served = asyncio.Event()

    async def work() -> None:
        while True:
            ref = await queue.take()
            queued = await records.get(ref.owner, ref.id)
            assert queued is not None
            try:
                running = await change(
                    records, queued, lambda it: state_machine.claim(it, NOON, LEASE)
                )
            except (VersionConflict, ClaimRefused):
                continue  # another worker claimed it
            served.append(running.id)
            if len(served) == len(made):
                all_served.set()
            await change(records, running, lambda it: state_machine.succeed(it, 1, NOON, ()))

    workers = [asyncio.create_task(work()) for _ in range(4)]
    await with_timeout(all_served.wait())
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)

    assert sorted(served) == sorted(one.id for one in made)


async def test_a_canceled_take_leaves_no_tasks(
    records: LocalRecords, queue: LocalQueue, clock: ManualClock
) -> None:
    stored = await submit(records, a_generation(not_before=NOON + LEASE))
    tasks_before = asyncio.all_tasks()
    taking = asyncio.create_task(queue.take())
    await with_timeout(clock.wait_for_sleeper())

    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)

    assert asyncio.all_tasks() == tasks_before
    assert await queue.next(NOON + LEASE) == stored.ref


async def test_running_lists_generations_of_an_earlier_process(
    records: LocalRecords, queue: LocalQueue
) -> None:
    await submit(records, a_generation())
    left = await submit(records, a_generation(BOB))
    await change(records, left, lambda it: state_machine.claim(it, NOON, LEASE))

    assert await queue.running() == (left.ref,)
