"""Remaining daily quota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from genai_studio.domain.quota import QuotaLimits
from genai_studio.services.quota import Quota, QuotaUsage
from tests.builders import BOB, ManualClock, a_caller, a_generation, a_request, submit
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio

MIDNIGHT = datetime(2026, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limit", "left"), [(None, None), (5, 2), (3, 0), (2, 0)], ids=["none", "some", "all", "lower"]
)
async def test_quota_of_today(limit: int | None, left: int | None) -> None:
    records = FakeRecords()
    await submit(records, a_generation(request=a_request(count=3)))
    await submit(records, a_generation(BOB))

    use = await Quota(records, ManualClock(), QuotaLimits(user=limit)).usage(a_caller())

    assert use == QuotaUsage(
        limit=limit, used=3, left=left, resets_at=MIDNIGHT, unfinished_limit=None
    )


async def test_the_quota_resets_at_midnight() -> None:
    records, clock = FakeRecords(), ManualClock()
    await submit(records, a_generation())
    quota = Quota(records, clock, QuotaLimits(user=5))
    clock.advance(timedelta(hours=12) - timedelta(milliseconds=1))
    assert (await quota.usage(a_caller())).used == 1

    clock.advance(timedelta(milliseconds=1))

    assert await quota.usage(a_caller()) == QuotaUsage(5, 0, 5, MIDNIGHT + timedelta(days=1), None)


async def test_the_limit_of_unfinished_generations_is_reported() -> None:
    limits = QuotaLimits(user=5, unfinished=40)

    use = await Quota(FakeRecords(), ManualClock(), limits).usage(a_caller())

    assert (use.limit, use.unfinished_limit) == (5, 40)


async def test_the_day_is_utc_in_any_time_zone() -> None:
    tokyo = datetime(2026, 5, 5, 8, 0, tzinfo=timezone(timedelta(hours=9)))

    use = await Quota(FakeRecords(), ManualClock(tokyo), QuotaLimits()).usage(a_caller())

    assert use.resets_at == MIDNIGHT
