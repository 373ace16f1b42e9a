"""Every carrier of events under the same tests."""

from __future__ import annotations

from collections.abc import Callable

from genai_studio.local.events import LocalEvents
from genai_studio.ports import Events

ADAPTERS: dict[str, Callable[[int], Events]] = {
    "local": lambda queue_length: LocalEvents(queue_length=queue_length),
}

QUEUE_LENGTH = 4
