"""Each carrier of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from genai_studio.ports import Events
from tests.contract.events.adapters import ADAPTERS, local_carrier


@pytest.fixture(params=ADAPTERS)
async def events(request: Any) -> AsyncIterator[Events]:
    async with ADAPTERS[request.param]() as carrier:
        yield carrier


@pytest.fixture
async def local_events() -> AsyncIterator[Events]:
    """The carrier that keeps subscribers' queues itself; in the cloud AppSync does."""
    async with local_carrier() as carrier:
        yield carrier
