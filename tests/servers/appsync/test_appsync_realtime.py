"""The emulator speaks AppSync's realtime protocol, to whoever may hear."""

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
from tests.hosts.suite.appsync_host import verify_by_heart
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import Role
from tests.servers.appsync.execution import Request

pytestmark = pytest.mark.anyio

ALL_OF_MINE = "subscription { generationUpdated { id prompt } }"
ONE_OF_MINE = "subscription S($id: ID) { generationUpdated(id: $id) { id } }"


async def no_function(event: Mapping[str, Any]) -> Any:
    raise AssertionError("nobody is asked for what is pushed")


class Api:
    """An emulator that is served."""

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
    appsync = AppSync(verify_by_heart, no_function)
    async with served(appsync.app) as address:
        yield Api(appsync, address)


class Client:
    """The other end of a connection."""

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
async def test_a_connection_is_acknowledged(api: Api, in_address: bool) -> None:
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
async def test_a_connection_is_refused_and_closed(api: Api, authorization: dict[str, Any]) -> None:
    standard = {"host": api.address, "Authorization": ALICES_TOKEN}
    async with opened(api, standard | authorization) as client:
        await client.send(type="connection_init")

        refused = await client.receive()
        await client.closed()

    assert refused["type"] == "connection_error"
    (error,) = refused["payload"]["errors"]
    assert (error["errorType"], error["errorCode"]) == ("UnauthorizedException", 401)


async def test_a_subscriber_hears_of_their_own_until_they_stop(api: Api) -> None:
    async with connected(api) as client:
        await client.start("1")
        assert await client.receive() == {"id": "1", "type": "start_ack"}

        await api.publish("{ id owner prompt }", id="bobs", owner=BOB, prompt="x")
        await api.publish("{ id owner prompt }", id="mine", owner=ALICE, prompt="x")
        told = await client.receive()
        await client.send(type="stop", id="1")
        stopped = await client.receive()
        await api.publish("{ id owner prompt }", id="later", owner=ALICE, prompt="x")
        await client.start("2")

        assert told == {
            "id": "1",
            "type": "data",
            "payload": {"data": {"generationUpdated": {"id": "mine", "prompt": "x"}}},
        }
        assert stopped == {"id": "1", "type": "complete"}
        assert await client.receive() == {"id": "2", "type": "start_ack"}


async def test_an_argument_filters_and_null_matches_nothing(api: Api) -> None:
    async with connected(api) as client:
        await client.start("by id", ONE_OF_MINE, id="wanted")
        await client.start("by null", ONE_OF_MINE, id=None)
        await client.start("all", ONE_OF_MINE)
        for _ in range(3):
            assert (await client.receive())["type"] == "start_ack"

        for name in ("other", "wanted"):
            await api.publish("{ id owner }", id=name, owner=ALICE)
        told = [await client.receive() for _ in range(3)]

    heard = [(one["id"], one["payload"]["data"]["generationUpdated"]["id"]) for one in told]
    assert heard == [("all", "other"), ("by id", "wanted"), ("all", "wanted")]


async def test_what_the_mutation_did_not_select_is_null(api: Api) -> None:
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


async def test_the_owner_has_to_be_published_to_be_filtered_by(api: Api) -> None:
    async with connected(api) as client:
        await client.start("1", ONE_OF_MINE)
        await client.receive()

        await api.publish("{ id }", id="without", owner=ALICE)
        await api.publish("{ id owner }", id="with", owner=ALICE)

        told = await client.receive()
        assert told["payload"]["data"]["generationUpdated"]["id"] == "with"


async def test_a_subscription_has_a_token_of_its_own(api: Api) -> None:
    async with connected(api) as client:
        await client.start("hers", token=BOBS_TOKEN)
        await client.start("wrong", token="wrong")
        await client.receive()
        refused = await client.receive()
        await api.publish("{ id owner prompt }", id="bobs", owner=BOB, prompt="x")
        told = await client.receive()

    assert (refused["id"], refused["type"]) == ("wrong", "error")
    assert refused["payload"]["errors"][0]["errorType"] == "UnauthorizedException"
    assert (told["id"], told["payload"]["data"]["generationUpdated"]["id"]) == ("hers", "bobs")


async def test_what_cannot_be_subscribed_to_is_an_error_of_its_own(api: Api) -> None:
    async with connected(api) as client:
        await client.start("field", "subscription { generationUpdated { shoeSize } }")
        await client.start("query", "{ viewer { id } }")
        await client.start("variable", ONE_OF_MINE, id={"no": "id"})
        await client.start("good")
        await client.start("good")
        await client.send(type="stop", id="unknown")
        await client.send(type="dance")
        told = [await client.receive() for _ in range(7)]

    assert [(one["id"], one["type"]) for one in told] == [
        ("field", "error"),
        ("query", "error"),
        ("variable", "error"),
        ("good", "start_ack"),
        ("good", "error"),
        ("unknown", "error"),
        ("", "error"),
    ]
