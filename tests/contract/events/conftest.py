"""Each carrier of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.events.adapters import ADAPTERS, local_carrier
from tests.contract.events.event_bus import EventBus


@pytest.fixture(params=ADAPTERS)
async def events(request: Any) -> AsyncIterator[EventBus]:
    async with ADAPTERS[request.param]() as carrier:
        yield carrier


@pytest.fixture
async def local_events() -> AsyncIterator[EventBus]:
    """The carrier that keeps subscribers' queues itself; in the cloud AppSync does."""
    async with local_carrier() as carrier:
        yield carrier
