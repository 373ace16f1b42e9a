"""The event ports: publish generation events, and subscribe to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.identity import Caller


@dataclass(frozen=True, slots=True)
class GenerationEvent:
    """A change or the progress of one generation.

    Attributes:
        generation: The latest stored record.
        progress: Set only while a streaming attempt runs.
    """

    generation: Generation
    progress: Progress | None = None


class EventPublisher(Protocol):
    """Publishes events to the subscribers of a generation's owner."""

    async def publish(self, event: GenerationEvent) -> None:
        """Publish an event to all subscribers of the owner. Succeeds if there are none."""


class Subscription(Protocol):
    """The events of one subscriber, until it is closed."""

    def __aiter__(self) -> AsyncIterator[GenerationEvent]: ...

    async def __anext__(self) -> GenerationEvent: ...

    async def aclose(self) -> None:
        """Close the subscription and discard pending events. Idempotent."""


class EventSubscriptions(Protocol):
    """Opens subscriptions in hosts that keep connections to their clients.

    Functions behind AppSync have none: clients subscribe at AppSync.
    """

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """Subscribe to the caller's events, of one generation or of all.

        The subscription starts with this call, not with the first `anext`.
        The caller of this method must close it.

        Raises:
            SubscriberTooSlow: While iterating, if the event queue overflows.
        """
