"""Loads for `benchmarks.load`: `python -m benchmarks.load.clients LOAD URL`.

LOAD_TOKENS has the access tokens. Prints “running” once the load is established.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.serving.wire_client import document

SUBSCRIPTIONS = 2_000
STALLED = 500
PER_SOCKET = 20
PAGES = 200
NEIGHBOR_SOCKETS = 20
NEIGHBOR_SUBSCRIPTIONS = 50
NEIGHBOR_REQUESTS = 16
SEARCH = " ".join(f"term{number}" for number in range(16))
ALIASES = 10
FIELDS = 35


@asynccontextmanager
async def with_headers(url: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Open an HTTP client of one user."""
    limits = httpx.Limits(max_connections=PAGES)
    async with httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
        trust_env=False,
        limits=limits,
    ) as client:
        yield client


async def execute(client: httpx.AsyncClient, operation: str, **variables: Any) -> dict[str, Any]:
    """Execute an operation and return its root field."""
    body = {"query": document(operation), "variables": variables}
    result = (await client.post("/graphql", json=body)).json()
    assert "errors" not in result, result
    value: dict[str, Any]
    (value,) = result["data"].values()
    return value


@asynccontextmanager
async def open_socket(url: str, token: str) -> AsyncIterator[ClientConnection]:
    """Open a WebSocket and wait for the acknowledgement."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    protocols = [Subprotocol("graphql-transport-ws")]
    async with connect(address, subprotocols=protocols, proxy=None, open_timeout=60) as socket:
        payload = {"Authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield socket


async def subscribe(socket: ClientConnection, number: int) -> None:
    """Subscribe `number` times on one connection."""
    query = {"query": document("generationUpdated"), "variables": {}}
    for index in range(number):
        await socket.send(json.dumps({"id": str(index), "type": "subscribe", "payload": query}))
    await socket.send(json.dumps({"type": "ping"}))
    while json.loads(await socket.recv())["type"] != "pong":
        continue


async def subscribers(url: str, tokens: list[str]) -> None:
    """Hold subscriptions, some without reading, and change a generation of each user."""
    async with AsyncExitStack() as stack:
        sockets = []
        for number in range(SUBSCRIPTIONS // PER_SOCKET):
            token = tokens[number % len(tokens)]
            socket = await stack.enter_async_context(open_socket(url, token))
            await subscribe(socket, PER_SOCKET)
            sockets.append(socket)
        stalled = STALLED // PER_SOCKET
        for socket in sockets[:stalled]:
            socket.transport.pause_reading()
        readers = [asyncio.create_task(_read(socket)) for socket in sockets[stalled:]]
        clients = [await stack.enter_async_context(with_headers(url, one)) for one in tokens]
        requested = {"prompt": "a pear", "width": 128, "height": 128, "steps": 1, "seed": 1}
        ids = [
            (await execute(client, "generateImage", input=requested))["generation"]["id"]
            for client in clients
        ]
        print("running", flush=True)
        for number in itertools.count():
            for client, one in zip(clients, ids, strict=True):
                await execute(client, "setFavorite", ids=[one], value=number % 2 == 0)
            await asyncio.sleep(1)
        await asyncio.gather(*readers)


async def pages(url: str, tokens: list[str]) -> None:
    """Request pages of history concurrently."""

    async def request(client: httpx.AsyncClient) -> None:
        while True:
            # The studio may refuse requests of a user with too many.
            with suppress(httpx.HTTPError, AssertionError):
                await execute(client, "generations", first=24)
            await asyncio.sleep(0.5)

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(with_headers(url, one)) for one in tokens]
        print("running", flush=True)
        await asyncio.gather(*(request(clients[one % len(clients)]) for one in range(PAGES)))


def searches() -> Iterator[str]:
    """Yield a search for as many terms as allowed, as often as one document may contain it."""
    found = f'generations(first: 100, filter: {{text: "{SEARCH}"}}) {{ edges {{ cursor }} }}'
    return itertools.repeat(_aliased(found))


def large_pages() -> Iterator[str]:
    """Yield pages of maximum size, with a position in the queue for each generation."""
    fields = "id prompt status seed createdAt queuePosition timeline { at component step }"
    return itertools.repeat(
        _aliased(f"generations(first: 100) {{ edges {{ node {{ {fields} }} }} }}")
    )


def documents() -> Iterator[str]:
    """Yield documents that take long to validate, each different from all others."""
    parts = [
        f"fragment F{number} on Query {{ generations(first: 1) {{ edges {{ node {{"
        f" {'id ' * FIELDS} }} }} }} }}"
        for number in range(ALIASES)
    ]
    spreads = " ".join(f"...F{number}" for number in range(ALIASES))
    for number in itertools.count():
        yield f"{{ {spreads} }} {' '.join(parts)} # {number}"


def _aliased(field: str) -> str:
    return "{" + " ".join(f"q{number}: {field}" for number in range(ALIASES)) + "}"


async def neighbor(requests: Iterator[str], url: str, tokens: list[str]) -> None:
    """Use one account as much as it is allowed: subscriptions and expensive requests."""
    token = tokens[0]

    async def request(client: httpx.AsyncClient) -> None:
        for query in requests:
            # Refusals are answered at once; a client that respects nothing tries again.
            with suppress(httpx.HTTPError):
                await client.post("/graphql", json={"query": query})
            await asyncio.sleep(0)

    async with AsyncExitStack() as stack:
        for _ in range(NEIGHBOR_SOCKETS):
            with suppress(WebSocketException, OSError, AssertionError):
                socket = await stack.enter_async_context(open_socket(url, token))
                await subscribe(socket, NEIGHBOR_SUBSCRIPTIONS)
                socket.transport.pause_reading()
        client = await stack.enter_async_context(with_headers(url, token))
        print("running", flush=True)
        await asyncio.gather(*(request(client) for _ in range(NEIGHBOR_REQUESTS)))


async def _read(socket: ClientConnection) -> None:
    with suppress(WebSocketException):
        async for _ in socket:
            pass


LOADS: dict[str, Callable[[str, list[str]], Awaitable[None]]] = {
    "subscribers": subscribers,
    "pages": pages,
    "searches": partial(neighbor, searches()),
    "large pages": partial(neighbor, large_pages()),
    "documents": partial(neighbor, documents()),
}

if __name__ == "__main__":
    load = LOADS[sys.argv[1]]

    async def main() -> None:
        await load(sys.argv[2], os.environ["LOAD_TOKENS"].split())

    asyncio.run(main())
