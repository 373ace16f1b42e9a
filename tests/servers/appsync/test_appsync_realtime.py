"""Tests that the AppSync emulator implements the realtime protocol and its authorization."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.builders import ALICE, BOB
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.appsync_host import verify_fake_token
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import Role
from tests.servers.appsync.execution import Request

pytestmark = pytest.mark.anyio

ALL_OF_MINE = "subscription { generationUpdated { id prompt } }"
ONE_OF_MINE = "subscription S($id: ID) { generationUpdated(id: $id) { id } }"


async def no_function(event: Mapping[str, Any]) -> Any:
    raise AssertionError("publishing must not invoke the function")


class Api:
    """A served emulator."""

    def __init__(self, appsync: AppSync, address: str) -> None:
        self._appsync = appsync
        self.address = address

    async def publish(self, selection: str, **fields: Any) -> None:
        document = (
            "mutation P($generation: AWSJSON!)"
            f" {{ publishGeneration(generation: $generation) {selection} }}"
        )
        variables = {"generation": json.dumps(fields)}
        await self._appsync.execute(Role("any"), Request(document, variables))


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    appsync = AppSync(verify_fake_token, no_function)
    async with served(appsync.app) as address:
        yield Api(appsync, address)


class Client:
    """A WebSocket client."""

    def __init__(self, socket: ClientConnection, host: str) -> None:
        self._socket = socket
        self._host = host

    async def send(self, **message: Any) -> None:
        await self._socket.send(json.dumps(message))

    async def start(
        self, name: str, query: str = ALL_OF_MINE, token: str = ALICES_TOKEN, **variables: Any
    ) -> None:
        await self.send(
            id=name,
            type="start",
            payload={
                "data": json.dumps({"query": query, "variables": variables}),
                "extensions": {"authorization": {"host": self._host, "Authorization": token}},
            },
        )

    async def receive(self) -> Any:
        async with asyncio.timeout(10):
            return json.loads(await self._socket.recv())

    async def init(self) -> None:
        await self.send(type="connection_init")
        assert [(await self.receive())["type"] for _ in range(2)] == ["connection_ack", "ka"]

    async def closed(self) -> None:
        with pytest.raises(ConnectionClosed):
            await self.receive()


@asynccontextmanager
async def connected(api: Api, token: str = ALICES_TOKEN) -> AsyncIterator[Client]:
    async with opened(api, {"host": api.address, "Authorization": token}) as client:
        await client.init()
        yield client


@asynccontextmanager
async def opened(
    api: Api, authorization: dict[str, str], *, in_address: bool = False
) -> AsyncIterator[Client]:
    header = base64.urlsafe_b64encode(json.dumps(authorization).encode()).decode()
    query = f"?header={header}&payload=e30=" if in_address else ""
    protocols = [Subprotocol("graphql-ws")]
    if not in_address:
        protocols.append(Subprotocol(f"header-{header.rstrip('=')}"))
    url = f"ws://{api.address}/graphql/realtime{query}"
    async with connect(url, subprotocols=protocols, proxy=None) as socket:
        assert socket.subprotocol == "graphql-ws"
        yield Client(socket, api.address)


@pytest.mark.parametrize("in_address", [False, True], ids=["in a subprotocol", "in the address"])
async def test_connection_is_acknowledged(api: Api, in_address: bool) -> None:
    authorization = {"host": api.address, "Authorization": ALICES_TOKEN}
    async with opened(api, authorization, in_address=in_address) as client:
        await client.send(type="connection_init")

        assert await client.receive() == {
            "type": "connection_ack",
            "payload": {"connectionTimeoutMs": 300_000},
        }
        assert await client.receive() == {"type": "ka"}


@pytest.mark.parametrize(
    "authorization",
    [{"Authorization": "wrong"}, {"host": "elsewhere"}, {"Authorization": None}],
    ids=["a wrong token", "another host", "no token"],
)
async def test_unauthorized_connection_is_closed(api: Api, authorization: dict[str, Any]) -> None:
    standard = {"host": api.address, "Authorization": ALICES_TOKEN}
    async with opened(api, standard | authorization) as client:
        await client.send(type="connection_init")

        message = await client.receive()
        await client.closed()

    assert message["type"] == "connection_error"
    (error,) = message["payload"]["errors"]
    assert (error["errorType"], error["errorCode"]) == ("UnauthorizedException", 401)


async def test_subscriber_receives_own_generations_until_stop(api: Api) -> None:
    async with connected(api) as client:
        await client.start("1")
        assert await client.receive() == {"id": "1", "type": "start_ack"}

        await api.publish("{ id owner prompt }", id="bobs", owner=BOB, prompt="x")
        await api.publish("{ id owner prompt }", id="mine", owner=ALICE, prompt="x")
        received = await client.receive()
        await client.send(type="stop", id="1")
        stopped = await client.receive()
        await api.publish("{ id owner prompt }", id="later", owner=ALICE, prompt="x")
        await client.start("2")

        assert received == {
            "id": "1",
            "type": "data",
            "payload": {"data": {"generationUpdated": {"id": "mine", "prompt": "x"}}},
        }
        assert stopped == {"id": "1", "type": "complete"}
        assert await client.receive() == {"id": "2", "type": "start_ack"}


async def test_argument_filters_and_null_matches_nothing(api: Api) -> None:
    async with connected(api) as client:
        await client.start("by id", ONE_OF_MINE, id="wanted")
        await client.start("by null", ONE_OF_MINE, id=None)
        await client.start("all", ONE_OF_MINE)
        for _ in range(3):
            assert (await client.receive())["type"] == "start_ack"

        for name in ("other", "wanted"):
            await api.publish("{ id owner }", id=name, owner=ALICE)
        messages = [await client.receive() for _ in range(3)]

    received = [
        (message["id"], message["payload"]["data"]["generationUpdated"]["id"])
        for message in messages
    ]
    assert received == [("all", "other"), ("by id", "wanted"), ("all", "wanted")]


async def test_fields_that_the_mutation_does_not_select_are_null(api: Api) -> None:
    async with connected(api) as client:
        await client.start("1", "subscription { generationUpdated { id parentId } }")
        await client.start("2")
        for _ in range(2):
            await client.receive()

        await api.publish("{ id owner }", id="mine", owner=ALICE, parentId="p", prompt="x")
        nullable, required = [(await client.receive())["payload"] for _ in range(2)]

    assert nullable == {"data": {"generationUpdated": {"id": "mine", "parentId": None}}}
    assert required["data"] == {"generationUpdated": None}
    assert "prompt" in required["errors"][0]["path"]


async def test_generation_without_owner_is_not_delivered(api: Api) -> None:
    async with connected(api) as client:
        await client.start("1", ONE_OF_MINE)
        await client.receive()

        await api.publish("{ id }", id="without", owner=ALICE)
        await api.publish("{ id owner }", id="with", owner=ALICE)

        received = await client.receive()
        assert received["payload"]["data"]["generationUpdated"]["id"] == "with"


async def test_each_subscription_is_authorized_by_its_own_token(api: Api) -> None:
    async with connected(api) as client:
        await client.start("hers", token=BOBS_TOKEN)
        await client.start("wrong", token="wrong")
        await client.receive()
        rejection = await client.receive()
        await api.publish("{ id owner prompt }", id="bobs", owner=BOB, prompt="x")
        received = await client.receive()

    assert (rejection["id"], rejection["type"]) == ("wrong", "error")
    assert rejection["payload"]["errors"][0]["errorType"] == "UnauthorizedException"
    assert (received["id"], received["payload"]["data"]["generationUpdated"]["id"]) == (
        "hers",
        "bobs",
    )


async def test_invalid_subscription_causes_an_error_message(api: Api) -> None:
    async with connected(api) as client:
        await client.start("field", "subscription { generationUpdated { shoeSize } }")
        await client.start("query", "{ viewer { id } }")
        await client.start("variable", ONE_OF_MINE, id={"no": "id"})
        await client.start("good")
        await client.start("good")
        await client.send(type="stop", id="unknown")
        await client.send(type="dance")
        messages = [await client.receive() for _ in range(7)]

    assert [(message["id"], message["type"]) for message in messages] == [
        ("field", "error"),
        ("query", "error"),
        ("variable", "error"),
        ("good", "start_ack"),
        ("good", "error"),
        ("unknown", "error"),
        ("", "error"),
    ]
