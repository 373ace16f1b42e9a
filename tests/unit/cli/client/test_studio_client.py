"""`StudioClient` with servers that misbehave in various ways."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from genai_studio.hosts.cli.client.access import Access
from genai_studio.hosts.cli.client.studio_client import (
    StudioClient,
    SubscriptionRefused,
    Unreachable,
    studio_client,
)
from genai_studio.hosts.cli.output.failures import CommandFailed
from tests.serving.live_server import live_server

pytestmark = pytest.mark.anyio

STATE = {"id": "g", "status": "RUNNING"}


class Server:
    """Returns one response to every request, and records the requests."""

    def __init__(self) -> None:
        self.url = ""
        self.answer: Response = JSONResponse({"data": {"viewer": {"id": "me"}}})
        self.requests: list[tuple[Any, str]] = []
        self.inits: list[Any] = []
        self.last_message: dict[str, Any] = {"id": "1", "type": "complete"}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/graphql", self.graphql, methods=["POST"]),
            Route("/image", lambda _: PlainTextResponse("pixels")),
            WebSocketRoute("/graphql", self.subscription),
        ]

    async def graphql(self, request: Request) -> Response:
        self.requests.append((await request.json(), request.headers["authorization"]))
        return self.answer

    async def subscription(self, socket: WebSocket) -> None:
        if "graphql-transport-ws" not in socket.scope["subprotocols"]:
            await socket.close()
            return
        await socket.accept("graphql-transport-ws")
        self.inits.append((await socket.receive_json())["payload"])
        await socket.send_json({"type": "connection_ack"})
        query_id = (await socket.receive_json())["id"]
        event = {"data": {"generationUpdated": STATE}}
        await socket.send_json({"id": query_id, "type": "next", "payload": event})
        await socket.send_json({**self.last_message, "id": query_id})
        await socket.receive()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    with live_server(Starlette(routes=server.routes())) as url:
        server.url = url
        yield server


@pytest.fixture
async def client(server: Server) -> AsyncIterator[StudioClient]:
    async with studio_client(Access(server.url, "a-token")) as client:
        yield client


async def events(client: StudioClient) -> list[dict[str, Any]]:
    return [event async for event in client.subscribe("generationUpdated", {}, lambda: None)]


async def test_execute_sends_the_token_and_omits_none_variables(
    server: Server, client: StudioClient
) -> None:
    variables = {"first": 3, "after": None}
    assert await client.execute("generations", variables) == {"viewer": {"id": "me"}}
    ((sent, authorization),) = server.requests
    assert authorization == "Bearer a-token"
    assert sent["variables"] == {"first": 3}
    assert "query Generations" in sent["query"]


async def test_subscribe_sends_the_token_in_connection_init(
    server: Server, client: StudioClient
) -> None:
    assert await events(client) == [{"generationUpdated": STATE}]
    assert server.inits == [{"Authorization": "Bearer a-token"}]


async def test_subscribe_raises_on_an_error_message(server: Server, client: StudioClient) -> None:
    server.last_message = {"type": "error", "payload": [{"message": "Too slow."}]}
    with pytest.raises(SubscriptionRefused):
        await events(client)


@pytest.mark.parametrize("path", ["/nothing", "/image"])
async def test_subscribe_raises_if_the_host_has_no_subscriptions(server: Server, path: str) -> None:
    async with studio_client(Access(server.url + path, "a-token")) as client:
        with pytest.raises(SubscriptionRefused):
            await events(client)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Response(status_code=401), CommandFailed, "rejected the access token"),
        (Response(status_code=404), CommandFailed, "HTTP status 404"),
        (Response(status_code=503), Unreachable, "HTTP status 503"),
        (PlainTextResponse("hello"), CommandFailed, "is not a genai-studio API"),
        (
            JSONResponse({"errors": [{"message": "Unknown field."}]}),
            CommandFailed,
            "Unknown field",
        ),
    ],
)
async def test_an_error_response_becomes_one_line(
    server: Server,
    client: StudioClient,
    answer: Response,
    kind: type[CommandFailed],
    words: str,
) -> None:
    server.answer = answer
    with pytest.raises(kind, match=words) as failed:
        await client.execute("viewer", {})
    assert isinstance(failed.value, Unreachable) == (kind is Unreachable)
    assert "\n" not in str(failed.value)


async def test_a_closed_port_is_unreachable() -> None:
    async with studio_client(Access("http://127.0.0.1:9", "a-token")) as client:
        with pytest.raises(Unreachable, match="is unreachable"):
            await client.execute("viewer", {})
        with pytest.raises(SubscriptionRefused):
            await events(client)
        with pytest.raises(Unreachable):
            await client.download("/image")


async def test_download_needs_no_token(server: Server, client: StudioClient) -> None:
    assert await client.download("/image") == b"pixels"
    assert await client.download(f"{server.url}/image") == b"pixels"
    with pytest.raises(CommandFailed, match="HTTP status 404"):
        await client.download("/nothing")


async def test_subscribe_accepts_a_large_event(server: Server, client: StudioClient) -> None:
    big = {"type": "next", "payload": {"data": {"generationUpdated": {"prompt": "x" * 2_000_000}}}}
    assert len(json.dumps(big)) > 1_048_576
    server.last_message = big
    subscription = client.subscribe("generationUpdated", {}, lambda: None)
    received = [await anext(subscription), await anext(subscription)]
    await subscription.aclose()
    assert len(received[1]["generationUpdated"]["prompt"]) == 2_000_000
