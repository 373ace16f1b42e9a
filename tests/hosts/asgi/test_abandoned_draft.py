"""A client disconnect cancels its draft, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing

import httpx
import pytest

from genai_studio.domain.errors import EndpointCanceled
from genai_studio.domain.request import ImageRequest
from genai_studio.hosts.asgi.graphql.client_disconnect import DisconnectWatch
from genai_studio.ports import EndpointImage, IsCanceled, OnProgress
from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.uvicorn_server import served

pytestmark = pytest.mark.anyio

DRAFT = 'mutation { draftImage(input: {prompt: "a cat"}) { draft { dataUrl } } }'


async def test_client_disconnect_cancels_the_draft() -> None:
    begun, given_up = asyncio.Event(), asyncio.Event()

    async def step_by_step(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        begun.set()
        while not canceled():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        given_up.set()
        raise EndpointCanceled

    app = an_app()
    app.fakes.endpoint.then(step_by_step)
    headers = {"Authorization": f"Bearer {ALICES_TOKEN}"}
    async with (
        served(app.app) as address,
        httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as client,
        asyncio.timeout(20),
    ):
        asking = asyncio.create_task(
            client.post("/graphql", json={"query": DRAFT}, headers=headers)
        )
        await begun.wait()

        asking.cancel()

        await given_up.wait()


async def test_a_disconnect_can_be_asked_for_in_any_thread() -> None:
    disconnected = asyncio.Event()

    async def receive() -> dict[str, str]:
        await disconnected.wait()
        return {"type": "http.disconnect"}

    with closing(DisconnectWatch(receive)) as watch:
        async with asyncio.timeout(20):
            assert not await asyncio.to_thread(watch.is_disconnected)
            disconnected.set()
            while not await asyncio.to_thread(watch.is_disconnected):  # noqa: ASYNC110 - polled by design
                await asyncio.sleep(0.001)
