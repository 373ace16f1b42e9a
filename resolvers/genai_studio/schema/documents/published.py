"""What the studio's publisher tells AppSync: a document that selects every field,
and a generation with every field, just as a subscriber of this host would see it.

AppSync hands subscribers what the mutation selected, and null for the rest: a
field that is left out here would never reach a browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from typing import Any

from genai_studio.domain.identity import Caller
from genai_studio.ports import EventSubscriptions, GenerationEvent, Subscription
from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents.every_field import every_field
from genai_studio.schema.studio_schema import schema
from genai_studio.services.studio import Studio


@cache
def publish_document() -> str:
    """The mutation that feeds `generationUpdated`; its variable is `generation`."""
    return (
        "mutation PublishGeneration($generation: AWSJSON!) {"
        f" publishGeneration(generation: $generation) {_every_field()} }}"
    )


async def published(studio: Studio, event: GenerationEvent) -> dict[str, Any]:
    """The event as GraphQL data, with every field and links signed now.

    Raises:
        ValueError: It cannot be shown, which is a bug.
    """
    owner = event.generation.owner
    context = StudioContext(
        studio=replace(studio, subscriptions=_OneEvent(event)),
        caller=Caller(owner, username="", expires_at=0),
    )
    document = f"subscription {{ generationUpdated {_every_field()} }}"
    async for result in await schema.subscribe(document, context_value=context):
        if result.errors or result.data is None:
            break  # what went wrong is in the log
        shown: dict[str, Any] = result.data["generationUpdated"]
        return shown
    raise ValueError("A generation cannot be shown.")


class _OneEvent(EventSubscriptions):
    """Yields the published event to one subscriber."""

    def __init__(self, event: GenerationEvent) -> None:
        self._event = event

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """See `EventSubscriptions.subscribe`."""
        return _Once(self._event)


class _Once(Subscription):
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
def _every_field() -> str:
    return every_field(schema._schema.type_map["Generation"])
