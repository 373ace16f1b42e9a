"""`ports.EventPublisher` and `ports.EventSubscriptions` within one process."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import AsyncIterator

from genai_studio.domain.errors import SubscriberTooSlow
from genai_studio.domain.identity import Caller, Owner
from genai_studio.ports import GenerationEvent

QUEUE_LENGTH = 100


class LocalEvents:
    """Delivers each event to the subscriptions of its owner only.

    Args:
        queue_length: Maximum number of queued events per subscription. A
            subscription that exceeds it is closed.
    """

    def __init__(self, *, queue_length: int = QUEUE_LENGTH) -> None:
        self._queue_length = queue_length
        # Weak references: a subscription that is dropped without `aclose` is removed.
        self._subscriptions: dict[Owner, weakref.WeakSet[Subscription]] = {}

    async def publish(self, event: GenerationEvent) -> None:
        """See `EventPublisher.publish`; never waits for a subscriber."""
        owner = event.generation.owner
        for subscription in tuple(self._subscriptions.get(owner, ())):
            subscription.offer(event)
        self._remove_if_empty(owner)

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """See `EventSubscriptions.subscribe`."""
        subscription = Subscription(self, caller.owner, generation_id, self._queue_length)
        self._subscriptions.setdefault(caller.owner, weakref.WeakSet()).add(subscription)
        return subscription

    def subscribers(self, owner: Owner) -> int:
        """Return the number of open subscriptions of an owner."""
        return len(self._subscriptions.get(owner, ()))

    def remove(self, owner: Owner, subscription: Subscription) -> None:
        """Stop delivering events to a subscription."""
        self._subscriptions.get(owner, weakref.WeakSet()).discard(subscription)
        self._remove_if_empty(owner)

    def _remove_if_empty(self, owner: Owner) -> None:
        if owner in self._subscriptions and not self._subscriptions[owner]:
            del self._subscriptions[owner]


class Subscription(AsyncIterator[GenerationEvent]):
    """The events of one owner: of one generation, or of all. Close it with `aclose`."""

    def __init__(
        self, events: LocalEvents, owner: Owner, generation_id: str | None, queue_length: int
    ) -> None:
        self._events = events
        self._owner = owner
        self._generation_id = generation_id
        self._queue_length = queue_length
        self._queue: deque[GenerationEvent] = deque()
        self._changed = asyncio.Event()
        self._closed = False
        self._too_slow = False

    def offer(self, event: GenerationEvent) -> None:
        """Queue an event.

        New progress replaces queued progress of the same generation, and is
        dropped if the queue is full, because more progress follows soon. A
        record event that does not fit closes the subscription, because a
        subscriber must not miss one.
        """
        if self._generation_id not in (None, event.generation.id) or self._closed:
            return
        if event.progress is not None and self._replace_progress(event):
            return
        if len(self._queue) < self._queue_length:
            self._queue.append(event)
        elif event.progress is None:
            self._too_slow = True
            self._close()
        self._changed.set()

    async def __anext__(self) -> GenerationEvent:
        """Return the next event, waiting for it if necessary.

        Raises:
            SubscriberTooSlow: The queue overflowed. Raised once.
            StopAsyncIteration: The subscription is closed.
        """
        while not self._queue:
            if self._too_slow:
                self._too_slow = False
                raise SubscriberTooSlow("Events arrived faster than the subscriber read them.")
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._queue.popleft()

    async def aclose(self) -> None:
        """Close the subscription and end a pending `__anext__`."""
        self._close()
        self._changed.set()

    def _close(self) -> None:
        self._closed = True
        self._queue.clear()
        self._events.remove(self._owner, self)

    def _replace_progress(self, event: GenerationEvent) -> bool:
        """Replace the newest queued event of this generation if it is progress.

        Returns whether an event was replaced.
        """
        for index in range(len(self._queue) - 1, -1, -1):
            queued = self._queue[index]
            if queued.generation.id == event.generation.id:
                if queued.progress is None:
                    return False
                self._queue[index] = event
                return True
        return False
