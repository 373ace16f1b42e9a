"""A door before a server, which lets requests through, holds them or answers in its place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.hosts.asgi.uvicorn_server import served

_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"]
_OWN = {"connection", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class Knock:
    """A request at the door."""

    method: str
    path: str
    body: bytes


Watchman = Callable[[Knock], Awaitable[Response | None]]
"""Answers in the server's place; None lets a request through."""


@dataclass
class Gate:
    """Before one server.

    Attributes:
        watchmen: Asked one after the other.
        passed: What was let through.
    """

    upstream: str
    watchmen: list[Watchman] = field(default_factory=list)
    passed: list[Knock] = field(default_factory=list)
    url: str = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Gate]:
        """Stand there until the block ends."""
        async with httpx.AsyncClient(base_url=self.upstream, trust_env=False, timeout=90) as client:
            self._client = client
            app = Starlette(routes=[Route("/{path:path}", self._take, methods=_METHODS)])
            async with served(app) as address:
                self.url = f"http://{address}"
                yield self

    async def _take(self, request: Request) -> Response:
        knock = Knock(request.method, request.url.path, await request.body())
        for watchman in list(self.watchmen):
            refusal = await watchman(knock)
            if refusal is not None:
                return refusal
        self.passed.append(knock)
        # With all its headers, the host's too: they are signed.
        sent = self._client.build_request(
            request.method,
            httpx.URL(
                self.upstream,
                raw_path=request.scope["raw_path"] + _query(request),
            ),
            headers=request.headers.raw,
            content=knock.body,
        )
        answer = await self._client.send(sent, stream=True)
        headers = {
            name: value for name, value in answer.headers.items() if name.lower() not in _OWN
        }
        return StreamingResponse(_pieces(answer), status_code=answer.status_code, headers=headers)


def times(count: int, name: str, answer: Callable[[], Response]) -> Watchman:
    """Gives the same answer to the first `count` requests whose path or body names something."""
    left = count

    async def watchman(knock: Knock) -> Response | None:
        nonlocal left
        if left and (name in knock.path or name.encode() in knock.body):
            left -= 1
            return answer()
        return None

    return watchman


@dataclass
class Hold:
    """Holds the first request that names something until it is let go.

    Attributes:
        held: Set while a request stands at the door.
    """

    name: str
    held: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, knock: Knock) -> Response | None:
        if not self.held.is_set() and self.name.encode() in knock.body:
            self.held.set()
            await self.go.wait()
        return None


def _query(request: Request) -> bytes:
    query: bytes = request.scope["query_string"]
    return b"?" + query if query else b""


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()
