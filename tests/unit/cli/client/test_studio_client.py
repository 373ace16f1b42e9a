"""The client against servers that are not, or not quite, a studio."""

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
    """Answers every request with one answer, and remembers what it was sent."""

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
        pushed = {"data": {"generationUpdated": STATE}}
        await socket.send_json({"id": query_id, "type": "next", "payload": pushed})
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


async def pushes(client: StudioClient) -> list[dict[str, Any]]:
    return [one async for one in client.subscribe("generationUpdated", {}, lambda: None)]


async def test_a_request_carries_the_token_and_what_was_given_alone(
    server: Server, client: StudioClient
) -> None:
    variables = {"first": 3, "after": None}
    assert await client.execute("generations", variables) == {"viewer": {"id": "me"}}
    ((sent, authorization),) = server.requests
    assert authorization == "Bearer a-token"
    assert sent["variables"] == {"first": 3}
    assert "query Generations" in sent["query"]


async def test_a_subscription_carries_the_token_in_its_first_message(
    server: Server, client: StudioClient
) -> None:
    assert await pushes(client) == [{"generationUpdated": STATE}]
    assert server.inits == [{"Authorization": "Bearer a-token"}]


async def test_a_subscription_that_fails_on_its_way_is_told(
    server: Server, client: StudioClient
) -> None:
    server.last_message = {"type": "error", "payload": [{"message": "Too slow."}]}
    with pytest.raises(SubscriptionRefused):
        await pushes(client)


@pytest.mark.parametrize("path", ["/nothing", "/image"])
async def test_a_host_without_subscriptions_refuses(server: Server, path: str) -> None:
    async with studio_client(Access(server.url + path, "a-token")) as client:
        with pytest.raises(SubscriptionRefused):
            await pushes(client)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Response(status_code=401), CommandFailed, "does not accept this token"),
        (Response(status_code=404), CommandFailed, "HTTP status 404"),
        (Response(status_code=503), Unreachable, "HTTP status 503"),
        (PlainTextResponse("hello"), CommandFailed, "does not answer as a studio does"),
        (
            JSONResponse({"errors": [{"message": "Unknown field."}]}),
            CommandFailed,
            "Unknown field",
        ),
    ],
)
async def test_what_went_wrong_is_told_in_a_line(
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


async def test_nobody_there_is_unreachable() -> None:
    async with studio_client(Access("http://127.0.0.1:9", "a-token")) as client:
        with pytest.raises(Unreachable, match="cannot be reached"):
            await client.execute("viewer", {})
        with pytest.raises(SubscriptionRefused):
            await pushes(client)
        with pytest.raises(Unreachable):
            await client.download("/image")


async def test_an_image_is_downloaded_without_the_token(
    server: Server, client: StudioClient
) -> None:
    assert await client.download("/image") == b"pixels"
    assert await client.download(f"{server.url}/image") == b"pixels"
    with pytest.raises(CommandFailed, match="HTTP status 404"):
        await client.download("/nothing")


async def test_a_big_push_is_taken(server: Server, client: StudioClient) -> None:
    big = {"type": "next", "payload": {"data": {"generationUpdated": {"prompt": "x" * 2_000_000}}}}
    assert len(json.dumps(big)) > 1_048_576
    server.last_message = big
    subscription = client.subscribe("generationUpdated", {}, lambda: None)
    received = [await anext(subscription), await anext(subscription)]
    await subscription.aclose()
    assert len(received[1]["generationUpdated"]["prompt"]) == 2_000_000
