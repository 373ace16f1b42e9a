"""The adapters of the event ports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from genai_studio.local.events import LocalEvents
from tests.contract.events.appsync_event_bus import appsync_event_bus
from tests.contract.events.event_bus import EventBus

QUEUE_LENGTH = 4
"""Queue length of subscribers of the local adapter."""


@asynccontextmanager
async def local_event_bus() -> AsyncIterator[EventBus]:
    yield LocalEvents(queue_length=QUEUE_LENGTH)


ADAPTERS: dict[str, Callable[[], AbstractAsyncContextManager[EventBus]]] = {
    "local": local_event_bus,
    "appsync": appsync_event_bus,
}
