"""Every close code of `graphql-transport-ws`, over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.builders import a_caller
from tests.fakes.app import FakeApp, an_app
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.hosts.asgi.uvicorn_server import served

pytestmark = pytest.mark.anyio

PROTOCOL = Subprotocol("graphql-transport-ws")
WATCH = {"query": "subscription { generationUpdated { id } }"}


@pytest.fixture
def app() -> FakeApp:
    return an_app(
        ws_max_message_characters=5_000,
        ws_max_connections_per_user=3,
        ws_max_subscriptions=2,
        ws_max_subscriptions_per_user=3,
        cors_origins=("https://studio.example",),
    )


@pytest.fixture
async def address(app: FakeApp) -> AsyncIterator[str]:
    async with served(app.app) as address:
        yield address


@asynccontextmanager
async def opened(address: str, token: str | None = ALICES_TOKEN) -> AsyncIterator[ClientConnection]:
    """Open a connection; initialize it unless the token is None."""
    async with connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL]) as socket:
        assert socket.subprotocol == PROTOCOL
        if token is not None:
            await socket.send(json.dumps(init(token)))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        yield socket


def init(token: str) -> dict[str, object]:
    return {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}


async def received_close(socket: ClientConnection) -> tuple[int, str]:
    """Return code and reason of the server's close; drop earlier messages."""
    async with asyncio.timeout(10):
        while True:
            try:
                await socket.recv()
            except ConnectionClosed:
                # 1006 if the server disconnected without a close frame
                return socket.close_code or 0, socket.close_reason or ""


INVALID_MESSAGES = {
    "an array": "[1]",
    "an empty array": "[]",
    "a string": '"x"',
    "null": "null",
    "an integer": "1",
    "a float": "1.5",
    "true": "true",
    "invalid JSON": "{",
    "empty message": "",
    "NaN": '{"type": NaN}',
    "a number of 5,000 digits": "1" * 4_999,
    "2,000 nested arrays": "[" * 2_000 + "]" * 2_000,
    "no type": "{}",
    "a type that is a number": '{"type": 1}',
    "a type that is null": '{"type": null}',
    "a type that is an object": '{"type": {}}',
    "an unknown type": '{"type": "start"}',
    "a server message type": '{"type": "next", "id": "1", "payload": {}}',
    "an acknowledgement": '{"type": "connection_ack"}',
    "an init with a string payload": '{"type": "connection_init", "payload": "x"}',
    "an init with an array payload": '{"type": "connection_init", "payload": [1]}',
    "a ping with a string payload": '{"type": "ping", "payload": "x"}',
    "a pong with a number payload": '{"type": "pong", "payload": 1}',
    "a complete without an id": '{"type": "complete"}',
    "a complete with a number id": '{"type": "complete", "id": 1}',
    "a subscribe without an id": '{"type": "subscribe", "payload": {"query": "{ a }"}}',
    "a subscribe with an empty id": (
        '{"type": "subscribe", "id": "", "payload": {"query": "{ a }"}}'
    ),
    "a subscribe with a number id": (
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ a }"}}'
    ),
    "a subscribe with a null id": (
        '{"type": "subscribe", "id": null, "payload": {"query": "{ a }"}}'
    ),
    "a subscribe without a payload": '{"type": "subscribe", "id": "1"}',
    "a subscribe with an array payload": '{"type": "subscribe", "id": "1", "payload": [1]}',
    "a subscribe without a query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "a query that is a number": '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    "a query that is null": '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    "variables that are an array": (
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": [1]}}'
    ),
    "an operation name that is a number": (
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}}'
    ),
    "extensions that are a string": (
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "extensions": "x"}}'
    ),
}


@pytest.mark.parametrize("text", INVALID_MESSAGES.values(), ids=INVALID_MESSAGES.keys())
async def test_4400_on_invalid_message(address: str, text: str) -> None:
    for token in (ALICES_TOKEN, None):
        async with opened(address, token) as socket:
            await socket.send(text)
            assert (await received_close(socket))[0] == 4400


async def test_4400_on_binary_frame(address: str) -> None:
    async with opened(address) as socket:
        await socket.send(json.dumps({"type": "ping"}).encode())
        assert await received_close(socket) == (4400, "A message must be text")


async def test_4401_on_subscribe_before_acknowledgement(address: str) -> None:
    async with opened(address, None) as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": WATCH}))
        assert await received_close(socket) == (4401, "Unauthorized")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"Authorization": None},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic YWxpY2U6eA=="},
        {"Authorization": ["Bearer", ALICES_TOKEN]},
        {"token": ALICES_TOKEN},
    ],
)
async def test_4403_without_valid_token(address: str, payload: object) -> None:
    async with opened(address, None) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert await received_close(socket) == (4403, "Forbidden")


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": f"Bearer {ALICES_TOKEN}"},
        {"authorization": f"bearer {ALICES_TOKEN}"},
        {"AUTHORIZATION": ALICES_TOKEN},
    ],
)
async def test_accepts_bare_token_and_any_case_of_authorization(
    address: str, payload: object
) -> None:
    async with opened(address, None) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["graphql-ws", "soap"]])
async def test_4406_on_unsupported_subprotocol(
    address: str, subprotocols: list[Subprotocol] | None
) -> None:
    async with connect(f"ws://{address}/graphql", subprotocols=subprotocols) as socket:
        assert socket.subprotocol is None
        assert (await received_close(socket))[0] == 4406


async def test_selects_supported_subprotocol(address: str) -> None:
    offered = [Subprotocol("graphql-ws"), PROTOCOL]
    async with connect(f"ws://{address}/graphql", subprotocols=offered) as socket:
        assert socket.subprotocol == PROTOCOL


async def test_4408_without_connection_init(app: FakeApp, address: str) -> None:
    async with opened(address, None) as socket:
        app.fakes.clock.advance(4.9)
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}
        app.fakes.clock.advance(0.2)
        assert await received_close(socket) == (4408, "Connection initialization timeout")


async def test_4409_on_duplicate_id(address: str) -> None:
    async with opened(address) as socket:
        for _ in range(2):
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": WATCH}))
        assert (await received_close(socket))[0] == 4409


async def test_4429_on_second_connection_init(address: str) -> None:
    async with opened(address) as socket:
        await socket.send(json.dumps(init(ALICES_TOKEN)))
        assert await received_close(socket) == (4429, "Too many initialization requests")


async def test_4429_beyond_connections_per_user(address: str) -> None:
    async with opened(address), opened(address), opened(address) as last:
        async with opened(address, BOBS_TOKEN), opened(address, None) as fourth:
            await fourth.send(json.dumps(init(ALICES_TOKEN)))
            assert await received_close(fourth) == (4429, "Too many connections")
        await last.close()
        while True:  # the server detects the close with a delay
            async with connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL]) as next_one:
                await next_one.send(json.dumps(init(ALICES_TOKEN)))
                try:
                    assert json.loads(await next_one.recv()) == {"type": "connection_ack"}
                except ConnectionClosed:
                    continue
                break


async def test_1009_on_oversized_message(address: str) -> None:
    async with opened(address) as socket:
        await socket.send(json.dumps({"type": "ping", "payload": {"x": "y" * 5_000}}))
        assert (await received_close(socket))[0] == 1009


async def test_4403_when_token_expires(app: FakeApp, address: str) -> None:
    ends = int(app.fakes.clock.now().timestamp()) + 60
    app.identity.tokens["short"] = a_caller(expires_at=ends)
    async with opened(address, "short") as socket:
        app.fakes.clock.advance(59)
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}
        app.fakes.clock.advance(1)
        assert await received_close(socket) == (4403, "The access token has expired")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://studio.example:444"]
)
async def test_rejects_other_origins_with_403(address: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL], origin=Origin(origin))
    assert refused.value.response.status_code == 403


async def test_accepts_own_and_allowed_origins(address: str) -> None:
    for origin in (f"http://{address}", "https://studio.example"):
        async with connect(
            f"ws://{address}/graphql", subprotocols=[PROTOCOL], origin=Origin(origin)
        ) as socket:
            await socket.send(json.dumps(init(ALICES_TOKEN)))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}


async def test_rejects_operations_beyond_the_limit(address: str) -> None:
    async with opened(address) as socket:
        for number in range(3):
            message = {"type": "subscribe", "id": str(number), "payload": WATCH}
            await socket.send(json.dumps(message))
        refusal = json.loads(await socket.recv())
        assert (refusal["id"], refusal["type"]) == ("2", "error")
        assert refusal["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}
        await socket.send(json.dumps({"type": "complete", "id": "0"}))
        await socket.send(json.dumps({"type": "subscribe", "id": "2", "payload": WATCH}))
        await socket.send(json.dumps({"type": "ping", "payload": {"still": "here"}}))
        assert json.loads(await socket.recv()) == {"type": "pong", "payload": {"still": "here"}}


async def test_limits_operations_of_one_user_on_all_connections(address: str) -> None:
    async with opened(address) as first, opened(address) as second:
        for number, socket in enumerate((first, first, second, second)):
            message = {"type": "subscribe", "id": str(number), "payload": WATCH}
            await socket.send(json.dumps(message))
        refusal = json.loads(await second.recv())
        assert (refusal["id"], refusal["type"]) == ("3", "error")
        assert refusal["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}
        await first.send(json.dumps({"type": "complete", "id": "0"}))
        await first.send(json.dumps({"type": "ping"}))
        assert json.loads(await first.recv()) == {"type": "pong"}
        await second.send(json.dumps({"type": "subscribe", "id": "3", "payload": WATCH}))
        await second.send(json.dumps({"type": "ping"}))
        assert json.loads(await second.recv()) == {"type": "pong"}


async def test_id_is_reusable_after_completion(address: str) -> None:
    async with opened(address) as socket:
        for _ in range(3):
            payload = {"query": "{ __typename }"}
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            assert json.loads(await socket.recv()) == {
                "type": "next",
                "id": "1",
                "payload": {"data": {"__typename": "Query"}},
            }
            assert json.loads(await socket.recv()) == {"type": "complete", "id": "1"}


@pytest.mark.parametrize("query", ["{", "{ nope }", "query ($x: Nope) { viewer { id } }", ""])
async def test_invalid_document_ends_only_its_operation(address: str, query: str) -> None:
    async with opened(address) as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": query}}))
        error = json.loads(await socket.recv())
        assert (error["type"], error["id"]) == ("error", "1")
        assert error["payload"][0]["message"]
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}
