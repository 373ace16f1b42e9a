from __future__ import annotations

from datetime import UTC

import pytest

from genai_studio.system_clock import SystemClock


def test_now_is_utc_in_whole_milliseconds() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_now_does_not_decrease() -> None:
    clock = SystemClock()

    assert clock.now() <= clock.now()


@pytest.mark.anyio
async def test_sleep_waits() -> None:
    await SystemClock().sleep(0)
