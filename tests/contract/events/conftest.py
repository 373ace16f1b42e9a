"""Fixtures: each adapter of the event ports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.events.adapters import ADAPTERS, local_event_bus
from tests.contract.events.event_bus import EventBus


@pytest.fixture(params=ADAPTERS)
async def events(request: Any) -> AsyncIterator[EventBus]:
    async with ADAPTERS[request.param]() as bus:
        yield bus


@pytest.fixture
async def local_events() -> AsyncIterator[EventBus]:
    """The local adapter, which queues events itself. In AWS, AppSync does."""
    async with local_event_bus() as bus:
        yield bus
