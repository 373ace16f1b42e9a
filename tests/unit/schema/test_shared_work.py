"""Work is done once for all who need it at about the same time."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.schema.shared_work import SharedWork

pytestmark = pytest.mark.anyio


class Work:
    """Work that waits until it may end, and then returns how often it ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.runs += 1
        await self.may_end.wait()
        return self.runs


async def test_concurrent_and_later_calls_get_the_same_value() -> None:
    shared, work, subject = SharedWork(), Work(), object()
    calls = [asyncio.create_task(shared.once(subject, "a", work)) for _ in range(3)]
    await asyncio.sleep(0)
    work.may_end.set()

    assert await asyncio.gather(*calls) == [1, 1, 1]
    assert await shared.once(subject, "a", work) == 1


async def test_other_subjects_and_purposes_get_their_own_value() -> None:
    shared, work = SharedWork(), Work()
    work.may_end.set()
    # Equal, but different objects.
    first, second = [1], [1]

    values = [
        await shared.once(first, "a", work),
        await shared.once(second, "a", work),
        await shared.once(second, "b", work),
    ]

    assert values == [1, 2, 3]


async def test_a_canceled_caller_does_not_cancel_the_work() -> None:
    shared, work, subject = SharedWork(), Work(), object()
    canceled = asyncio.create_task(shared.once(subject, "a", work))
    await asyncio.sleep(0)
    other = asyncio.create_task(shared.once(subject, "a", work))
    await asyncio.sleep(0)
    canceled.cancel()
    await asyncio.sleep(0)
    work.may_end.set()

    assert await other == 1
    assert canceled.cancelled()


async def test_every_caller_gets_the_exception() -> None:
    shared, subject = SharedWork(), object()

    async def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await shared.once(subject, "a", fail)


async def test_keeps_the_latest_values_only() -> None:
    shared, work = SharedWork(max_kept=2), Work()
    work.may_end.set()
    subjects = [object() for _ in range(3)]
    for subject in subjects:
        await shared.once(subject, "a", work)

    assert await shared.once(subjects[2], "a", work) == 3
    assert await shared.once(subjects[0], "a", work) == 4
