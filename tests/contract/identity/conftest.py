"""Fixtures: each adapter of `ports.Identity`, with a manual clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import ManualClock
from tests.contract.identity.adapters import ADAPTERS, Trust


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=ADAPTERS)
def trust(request: Any, tmp_path: Path, clock: ManualClock) -> Trust:
    return ADAPTERS[request.param](tmp_path, clock)
