"""The `gql` library works over both transports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from genai_studio.domain.generation import Progress
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, a_generation
from tests.fakes.app import FakeApp, an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.cases import operation

pytestmark = pytest.mark.anyio


@pytest.fixture
def app() -> FakeApp:
    return an_app()


@pytest.fixture
async def address(app: FakeApp) -> AsyncIterator[str]:
    async with served(app.app) as address:
        yield address


def over_http(address: str, token: str = ALICES_TOKEN) -> HTTPXAsyncTransport:
    headers = {"Authorization": f"Bearer {token}"}
    return HTTPXAsyncTransport(f"http://{address}/graphql", headers=headers, trust_env=False)


def over_websocket(address: str, token: str = ALICES_TOKEN) -> WebsocketsTransport:
    return WebsocketsTransport(
        f"ws://{address}/graphql",
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        connect_args={"proxy": None},
    )


async def test_validates_operations_against_introspected_schema(address: str) -> None:
    client = Client(transport=over_http(address), fetch_schema_from_transport=True)
    async with client as session:
        models = await session.execute(GraphQLRequest(operation("models")))
        viewer = await session.execute(GraphQLRequest(operation("viewer")))

    assert models["models"][0]["id"] == "builtin-emoji"
    assert viewer["viewer"]["id"] == ALICE


async def test_generates_by_http_and_subscribes_by_websocket(app: FakeApp, address: str) -> None:
    watch = GraphQLRequest(operation("generationUpdated"))
    make = GraphQLRequest(
        operation("generateImage"), variable_values={"input": {"prompt": "a red apple"}}
    )
    async with (
        Client(transport=over_websocket(address)) as watcher,
        Client(transport=over_http(address)) as maker,
    ):
        updates = watcher.subscribe(watch)
        first = asyncio.ensure_future(anext(updates))
        while app.fakes.events.subscribers(ALICE) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        made = await maker.execute(make)
        generation = a_generation(id=made["generateImage"]["generation"]["id"])
        await app.fakes.events.publish(GenerationEvent(generation, Progress(1, 2, 8)))

        update = (await first)["generationUpdated"]
        await updates.aclose()

    assert update["id"] == generation.id
    assert update["progress"] == {"attempt": 1, "step": 2, "steps": 8, "previewUrl": None}


async def test_queries_over_websocket(address: str) -> None:
    async with Client(transport=over_websocket(address)) as session:
        answer = await session.execute(GraphQLRequest(operation("viewer")))

    assert answer["viewer"]["username"] == "alice"


async def test_raises_graphql_errors(address: str) -> None:
    for transport in (over_http(address), over_websocket(address)):
        async with Client(transport=transport) as session:
            with pytest.raises(TransportQueryError, match="shoeSize"):
                await session.execute(GraphQLRequest("{ viewer { shoeSize } }"))


async def test_raises_on_invalid_token(address: str) -> None:
    with pytest.raises(TransportQueryError, match="UNAUTHENTICATED"):
        async with Client(transport=over_http(address, "bad")) as session:
            await session.execute(GraphQLRequest("{ viewer { id } }"))
    with pytest.raises(TransportConnectionFailed) as refused:
        async with Client(transport=over_websocket(address, "bad")):
            pass
    assert "4403" in f"{refused.value!r} {refused.value.__cause__!r}"
