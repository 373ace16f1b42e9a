"""Fixtures: each adapter of `ports.UploadStore`, empty, with a manual clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ManualClock
from tests.contract.uploads.adapters import ADAPTERS, Uploading


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=ADAPTERS)
async def uploading(request: Any, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Uploading]:
    async with ADAPTERS[request.param](tmp_path, clock) as opened:
        yield opened
