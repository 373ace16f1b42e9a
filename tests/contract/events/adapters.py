"""Every carrier of events under the same tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from genai_studio.local.events import LocalEvents
from tests.contract.events.appsync_carrier import appsync_carrier
from tests.contract.events.event_bus import EventBus

QUEUE_LENGTH = 4
"""Of subscribers, where the carrier lets us choose."""


@asynccontextmanager
async def local_carrier() -> AsyncIterator[EventBus]:
    yield LocalEvents(queue_length=QUEUE_LENGTH)


ADAPTERS: dict[str, Callable[[], AbstractAsyncContextManager[EventBus]]] = {
    "local": local_carrier,
    "appsync": appsync_carrier,
}
