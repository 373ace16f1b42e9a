"""Subscriptions: what they share, and hosts without an `EventSubscriptions` port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from genai_studio.domain.generation import Status
from genai_studio.domain.identity import Caller
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioContext
from genai_studio.schema.shared_work import SharedWork
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import a_caller, a_generation, an_image
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio


async def test_a_host_without_subscriptions_names_appsync() -> None:
    studio = replace(a_studio().studio, subscriptions=None)

    (result,) = [
        result
        async for result in await studio_schema.subscribe(
            "subscription { generationUpdated { id } }",
            context_value=StudioContext(studio, a_caller()),
        )
    ]

    assert result.errors is not None
    assert result.errors[0].message == (
        "This host does not serve subscriptions. Subscribe at the AppSync API."
    )
    assert (result.errors[0].extensions or {})["code"] == "UNAVAILABLE"


DOCUMENT = "subscription { generationUpdated { id images { url } } }"


class Client:
    """A subscription. Counts the turns that it takes."""

    def __init__(
        self, fakes: FakeStudio, caller: Caller, base_url: str, shared: SharedWork
    ) -> None:
        self.turns = 0
        self._context = StudioContext(
            fakes.studio, caller, base_url, take_turn=self._take_turn, shared=shared
        )

    async def subscribe(self) -> AsyncIterator[Any]:
        return await studio_schema.stream(DOCUMENT, context_value=self._context)

    async def _take_turn(self) -> None:
        self.turns += 1
        await asyncio.sleep(0)  # another one asks for the same event meanwhile


async def test_sockets_of_one_client_share_the_work_for_an_event() -> None:
    fakes, shared, caller = a_studio(), SharedWork(), a_caller()
    clients = [
        Client(fakes, caller, base_url, shared) for base_url in ("http://a", "http://a", "http://b")
    ]
    streams = [await client.subscribe() for client in clients]
    answers = asyncio.gather(*(received(stream, 3) for stream in streams))
    for _ in range(3):
        await asyncio.sleep(0.01)
        queued = a_generation(caller.owner)
        finished = replace(queued, status=Status.SUCCEEDED, images=(an_image(queued),))
        await fakes.events.publish(GenerationEvent(finished))

    first, second, other = await answers

    assert first == second
    assert [url.split("/images")[0] for url in first] == ["http://a"] * 3
    assert [url.split("/images")[0] for url in other] == ["http://b"] * 3
    assert clients[0].turns + clients[1].turns == 3
    assert clients[2].turns == 3


async def received(stream: AsyncIterator[Any], count: int) -> list[str]:
    """Return the link of the image in each of the next results."""
    async with asyncio.timeout(10):
        results = [await anext(stream) for _ in range(count)]
    assert [result.errors for result in results] == [None] * count
    return [result.data["generationUpdated"]["images"][0]["url"] for result in results]
