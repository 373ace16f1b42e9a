"""The mutation that publishes a generation through AppSync, and its variable.

AppSync forwards to subscribers the fields that the mutation selects, and null
for all others. The mutation therefore selects every field, and the variable
holds every field as a subscriber of the ASGI host would receive it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from typing import Any

from genai_studio.domain.identity import Caller
from genai_studio.ports import EventSubscriptions, GenerationEvent, Subscription
from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents.full_selection import full_selection
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio


@cache
def publish_mutation() -> str:
    """Return the mutation that feeds `generationUpdated`; its variable is `generation`."""
    return (
        "mutation PublishGeneration($generation: AWSJSON!) {"
        f" publishGeneration(generation: $generation) {_full_generation()} }}"
    )


async def published_generation(studio: Studio, event: GenerationEvent) -> dict[str, Any]:
    """Return an event as GraphQL data with every field and freshly signed links.

    Raises:
        ValueError: The event cannot be serialized, which is a bug.
    """
    owner = event.generation.owner
    context = StudioContext(
        studio=replace(studio, subscriptions=_SingleEvent(event)),
        caller=Caller(owner, username="", expires_at=0),
    )
    document = f"subscription {{ generationUpdated {_full_generation()} }}"
    async for result in await studio_schema.subscribe(document, context_value=context):
        if result.errors or result.data is None:
            break  # the schema has logged the error
        generation: dict[str, Any] = result.data["generationUpdated"]
        return generation
    raise ValueError("The generation cannot be serialized.")


class _SingleEvent(EventSubscriptions):
    """Subscriptions that yield one event."""

    def __init__(self, event: GenerationEvent) -> None:
        self._event = event

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """Subscribe to the one event. See `EventSubscriptions.subscribe`."""
        return _SingleEventSubscription(self._event)


class _SingleEventSubscription(Subscription):
    def __init__(self, event: GenerationEvent) -> None:
        self._events = [event]

    def __aiter__(self) -> AsyncIterator[GenerationEvent]:
        return self

    async def __anext__(self) -> GenerationEvent:
        if not self._events:
            raise StopAsyncIteration
        return self._events.pop()

    async def aclose(self) -> None:
        self._events.clear()


@cache
def _full_generation() -> str:
    return full_selection(graphql_schema(studio_schema).type_map["Generation"])
