"""`LocalEvents` that records the published events."""

from __future__ import annotations

from genai_studio.local.events import LocalEvents
from genai_studio.ports import GenerationEvent


class FakeEvents(LocalEvents):
    """The local carrier is in memory already; this one also remembers.

    Attributes:
        published: Every event, the oldest first.
    """

    def __init__(self, *, queue_length: int = 100) -> None:
        super().__init__(queue_length=queue_length)
        self.published: list[GenerationEvent] = []

    async def publish(self, event: GenerationEvent) -> None:
        self.published.append(event)
        await super().publish(event)
