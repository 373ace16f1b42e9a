"""`ports.Events` within one process."""

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
    """Passes each event to the subscriptions of its owner, and to no other.

    Args:
        queue_length: Events a subscriber may lag behind before it is closed.
    """

    def __init__(self, *, queue_length: int = QUEUE_LENGTH) -> None:
        self._queue_length = queue_length
        # Weak, so that a subscription nobody holds any more needs no closing.
        self._subscriptions: dict[Owner, weakref.WeakSet[Subscription]] = {}

    async def publish(self, event: GenerationEvent) -> None:
        """See `Events.publish`; never waits for a subscriber."""
        owner = event.generation.owner
        for subscription in tuple(self._subscriptions.get(owner, ())):
            subscription.offer(event)
        self._forget_if_unused(owner)

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """See `Events.subscribe`."""
        subscription = Subscription(self, caller.owner, generation_id, self._queue_length)
        self._subscriptions.setdefault(caller.owner, weakref.WeakSet()).add(subscription)
        return subscription

    def subscribers(self, owner: Owner) -> int:
        """How many subscriptions of an owner are open."""
        return len(self._subscriptions.get(owner, ()))

    def remove(self, owner: Owner, subscription: Subscription) -> None:
        """Tell a subscription nothing more."""
        self._subscriptions.get(owner, weakref.WeakSet()).discard(subscription)
        self._forget_if_unused(owner)

    def _forget_if_unused(self, owner: Owner) -> None:
        if owner in self._subscriptions and not self._subscriptions[owner]:
            del self._subscriptions[owner]


class Subscription(AsyncIterator[GenerationEvent]):
    """The events of one owner, of one generation or of all; close it with `aclose`."""

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

        Progress that was not yet taken is replaced by newer progress, and is
        dropped where the queue is full: it is told again in a moment. A record
        that does not fit closes the subscription, since it would be missed.
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
        """The next event.

        Raises:
            SubscriberTooSlow: Once, when its queue has run full.
            StopAsyncIteration: It is closed.
        """
        while not self._queue:
            if self._too_slow:
                self._too_slow = False
                raise SubscriberTooSlow("Events came faster than they were taken.")
            if self._closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._queue.popleft()

    async def aclose(self) -> None:
        """End it: whoever waits for an event stops waiting."""
        self._close()
        self._changed.set()

    def _close(self) -> None:
        self._closed = True
        self._queue.clear()
        self._events.remove(self._owner, self)

    def _replace_progress(self, event: GenerationEvent) -> bool:
        """Whether the newest queued event of the same generation was progress too."""
        for index in range(len(self._queue) - 1, -1, -1):
            queued = self._queue[index]
            if queued.generation.id == event.generation.id:
                if queued.progress is None:
                    return False
                self._queue[index] = event
                return True
        return False
