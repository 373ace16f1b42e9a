"""Users take turns, and no user holds every slot."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.local.fair_slots import FairSlots

pytestmark = pytest.mark.anyio


async def test_user_waits_for_one_request_of_a_user_with_many() -> None:
    slots = FairSlots(4, 2)
    finished: list[str] = []

    async def work(user: str) -> None:
        async with slots.slot(user):
            await asyncio.sleep(0.001)
            finished.append(user)

    many = [asyncio.create_task(work("many")) for _ in range(500)]
    await asyncio.sleep(0.005)
    before = len(finished)
    await work("one")

    assert len(finished) - before <= 5
    await asyncio.gather(*many)


async def test_waiting_users_take_turns() -> None:
    slots = FairSlots(1, 1)
    finished: list[str] = []

    async def work(user: str) -> None:
        async with slots.slot(user):
            finished.append(user)
            await asyncio.sleep(0)

    await asyncio.gather(*(work(user) for user in "aaaabbbbcccc"))

    # The first request finds a free slot; from then on, the users take turns.
    assert finished[0] == "a"
    assert sorted(finished[1:4]) == sorted(finished[4:7]) == ["a", "b", "c"]


async def test_no_user_holds_every_slot() -> None:
    slots = FairSlots(4, 2)
    running: list[int] = []
    active = 0

    async def work() -> None:
        nonlocal active
        async with slots.slot("many"):
            active += 1
            running.append(active)
            await asyncio.sleep(0)
            active -= 1

    await asyncio.gather(*(work() for _ in range(20)))

    assert max(running) == 2


async def test_any_key_is_a_user() -> None:
    slots = FairSlots(1, 1)

    async with asyncio.timeout(5), slots.slot(None):
        pass


async def test_canceled_requests_free_their_slots() -> None:
    slots = FairSlots(2, 1)

    async def work(seconds: float) -> None:
        async with slots.slot("a"):
            await asyncio.sleep(seconds)

    tasks = [asyncio.create_task(work(60)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    async with asyncio.timeout(5):
        await work(0)


async def test_a_canceled_request_passes_on_its_turn() -> None:
    slots = FairSlots(1, 1)
    order: list[str] = []

    async def work(name: str) -> None:
        async with slots.slot(name):
            order.append(name)
            await asyncio.sleep(0)

    async with slots.slot("first"):
        second = asyncio.create_task(work("second"))
        third = asyncio.create_task(work("third"))
        await asyncio.sleep(0)
    second.cancel()  # it has its turn already, but has not run
    await asyncio.gather(second, third, return_exceptions=True)

    assert order == ["third"]
