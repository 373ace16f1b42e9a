"""The contract of `Records.count_upload`: a daily counter that never exceeds its limit."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.ports import Records
from tests.builders import ALICE, BOB, NO_LIMITS, a_generation, submit

pytestmark = pytest.mark.anyio

DAY = "2026-05-04"
LIMIT = 4_000_000_000


async def test_bytes_are_counted_up_to_the_limit(records: Records) -> None:
    assert await records.count_upload(ALICE, DAY, LIMIT - 10, LIMIT)
    assert not await records.count_upload(ALICE, DAY, 11, LIMIT)
    assert await records.count_upload(ALICE, DAY, 10, LIMIT)
    assert not await records.count_upload(ALICE, DAY, 1, LIMIT)


async def test_more_than_the_limit_is_refused_at_once(records: Records) -> None:
    assert not await records.count_upload(ALICE, DAY, LIMIT + 1, LIMIT)
    assert await records.count_upload(ALICE, DAY, LIMIT, LIMIT)


async def test_each_user_and_day_has_a_counter(records: Records) -> None:
    for owner, day in [(ALICE, DAY), (BOB, DAY), (ALICE, "2026-05-05")]:
        assert await records.count_upload(owner, day, LIMIT, LIMIT)


async def test_uploads_and_images_are_counted_separately(records: Records) -> None:
    await records.count_upload(ALICE, DAY, 1000, LIMIT)
    generation = a_generation()
    await submit(records, generation, limits=NO_LIMITS)

    assert await records.quota_used(ALICE, generation.quota_day) == generation.quota_held


async def test_concurrent_counts_never_exceed_the_limit(records: Records) -> None:
    counted = await asyncio.gather(*(records.count_upload(ALICE, DAY, 10, 55) for _ in range(12)))

    assert sum(counted) == 5
