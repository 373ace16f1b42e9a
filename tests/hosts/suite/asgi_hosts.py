"""The ASGI host, called in memory and over TCP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from genai_studio.domain.identity import Owner
from tests.fakes.app import FakeApp, an_app
from tests.fakes.studio import FakeStudio
from tests.hosts.asgi.asgi_websocket import asgi_websocket
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.host import Response, SubscriptionHost


class AsgiHost(SubscriptionHost):
    """The ASGI application, called in memory."""

    base_url = "http://localhost:8000"

    def __init__(self, app: FakeApp, client: httpx.AsyncClient) -> None:
        self._app = app
        self._client = client

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[SubscriptionHost]:
        app = an_app(fakes=fakes)
        transport = httpx.ASGITransport(app.app)
        async with httpx.AsyncClient(transport=transport, base_url=cls.base_url) as client:
            yield cls(app, client)

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        return await post(self._client, document, variables, token)

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Mapping[str, Any], token: str
    ) -> AsyncIterator[AsyncIterator[Response]]:
        async with asgi_websocket(self._app.app) as socket:
            await socket.init(token)
            payload = {"query": document, "variables": variables}
            before = subscribers(self._app)
            socket.send({"type": "subscribe", "id": "1", "payload": payload})
            await wait_for_subscriber(self._app, before)

            async def responses() -> AsyncIterator[Response]:
                while True:
                    message = await socket.receive()
                    assert message["type"] == "next", message
                    yield message["payload"]

            yield responses()


class ServedHost(SubscriptionHost):
    """The ASGI application over TCP, with uvicorn, httpx and websockets."""

    def __init__(self, app: FakeApp, client: httpx.AsyncClient, address: str) -> None:
        self._app = app
        self._client = client
        self._address = address

    @property
    def base_url(self) -> str:
        return f"http://{self._address}"

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[SubscriptionHost]:
        app = an_app(fakes=fakes)
        async with (
            served(app.app) as address,
            httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as client,
        ):
            yield cls(app, client, address)

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        return await post(self._client, document, variables, token)

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Mapping[str, Any], token: str
    ) -> AsyncIterator[AsyncIterator[Response]]:
        protocol = Subprotocol("graphql-transport-ws")
        url = f"ws://{self._address}/graphql"
        async with connect(url, subprotocols=[protocol], proxy=None) as socket:
            init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
            await socket.send(json.dumps(init))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            payload = {"query": document, "variables": variables}
            before = subscribers(self._app)
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            await wait_for_subscriber(self._app, before)

            async def responses() -> AsyncIterator[Response]:
                async for text in socket:
                    message = json.loads(text)
                    assert message["type"] == "next", message
                    yield message["payload"]

            yield responses()


async def post(
    client: httpx.AsyncClient, document: str, variables: Mapping[str, Any], token: str
) -> Response:
    answer = await client.post(
        "/graphql",
        json={"query": document, "variables": dict(variables)},
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/graphql-response+json",
        },
    )
    return cast("Response", answer.json())


def subscribers(app: FakeApp) -> int:
    callers = app.identity.tokens.values()
    owners: set[Owner] = {one.owner for one in callers if not isinstance(one, Exception)}
    return sum(app.fakes.events.subscribers(owner) for owner in owners)


async def wait_for_subscriber(app: FakeApp, before: int) -> None:
    # The protocol has no acknowledgement of subscriptions, so poll the publisher.
    async with asyncio.timeout(10):
        while subscribers(app) == before:  # noqa: ASYNC110
            await asyncio.sleep(0)
