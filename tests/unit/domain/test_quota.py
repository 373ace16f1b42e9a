"""Quota days and the quota error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from genai_studio.domain.errors import ErrorCode, QuotaExceeded
from genai_studio.domain.quota import quota_day

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 5, 4, 0, 0, tzinfo=UTC), "2026-05-04"),
        (datetime(2026, 5, 4, 23, 59, 59, 999000, tzinfo=UTC), "2026-05-04"),
        (datetime(2026, 5, 5, 7, 59, tzinfo=SHANGHAI), "2026-05-04"),
        (datetime(2026, 5, 5, 8, 0, tzinfo=SHANGHAI), "2026-05-05"),
    ],
)
def test_quota_day_is_the_utc_date(now: datetime, day: str) -> None:
    assert quota_day(now) == day


def test_the_error_states_the_rest_and_the_reset_time() -> None:
    (problem,) = QuotaExceeded(10, 3).problems

    assert problem.code is ErrorCode.QUOTA_EXCEEDED
    assert problem.message.startswith("Your account has 3 of 10 images left today.")
    assert "midnight UTC" in problem.message
    assert (
        QuotaExceeded(10, -2, whole_studio=True)
        .problems[0]
        .message.startswith("This studio has 0 of 10 images left today.")
    )
