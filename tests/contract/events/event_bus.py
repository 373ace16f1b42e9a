"""Both event ports as one type, for the contract suite."""

from __future__ import annotations

from typing import Protocol

from genai_studio.ports import EventPublisher, EventSubscriptions


class EventBus(EventPublisher, EventSubscriptions, Protocol):
    """A publisher and the subscriptions that receive what it publishes."""
