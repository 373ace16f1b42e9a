from __future__ import annotations

from datetime import UTC

import pytest

from genai_studio.system_clock import SystemClock


def test_its_time_is_utc_and_has_whole_milliseconds() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_it_never_runs_backwards_between_two_looks() -> None:
    clock = SystemClock()

    assert clock.now() <= clock.now()


@pytest.mark.anyio
async def test_it_sleeps() -> None:
    await SystemClock().sleep(0)
