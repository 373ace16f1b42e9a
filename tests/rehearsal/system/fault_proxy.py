"""A proxy in front of a server that can delay requests or replace their responses."""

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

_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]
_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass(frozen=True)
class ProxiedRequest:
    """A request that reached the proxy."""

    method: str
    path: str
    body: bytes


Interceptor = Callable[[ProxiedRequest], Awaitable[Response | None]]
"""Return a response instead of the server's, or None to forward the request."""


@dataclass
class FaultProxy:
    """A proxy in front of one server.

    Attributes:
        interceptors: Called in order until one returns a response.
        forwarded: The requests that were forwarded to the server.
        url: Base URL of the proxy while it is running.
        app: The ASGI application. It works while the proxy is running.
    """

    upstream: str
    interceptors: list[Interceptor] = field(default_factory=list)
    forwarded: list[ProxiedRequest] = field(default_factory=list)
    url: str = ""
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.app = Starlette(routes=[Route("/{path:path}", self._handle, methods=_METHODS)])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FaultProxy]:
        """Serve the proxy until the block ends."""
        async with httpx.AsyncClient(base_url=self.upstream, trust_env=False, timeout=90) as client:
            self._client = client
            async with served(self.app) as address:
                self.url = f"http://{address}"
                yield self

    async def _handle(self, request: Request) -> Response:
        proxied = ProxiedRequest(request.method, request.url.path, await request.body())
        for interceptor in list(self.interceptors):
            replacement = await interceptor(proxied)
            if replacement is not None:
                return replacement
        self.forwarded.append(proxied)
        # Forward all headers including Host, because the signature covers them.
        upstream_request = self._client.build_request(
            request.method,
            httpx.URL(self.upstream, raw_path=request.scope["raw_path"] + _query(request)),
            headers=request.headers.raw,
            content=proxied.body,
        )
        response = await self._client.send(upstream_request, stream=True)
        headers = {
            name: value
            for name, value in response.headers.items()
            if name.lower() not in _HOP_BY_HOP
        }
        return StreamingResponse(
            _chunks(response), status_code=response.status_code, headers=headers
        )


def respond_first(count: int, text: str, respond: Callable[[], Response]) -> Interceptor:
    """Replace the responses to the first `count` requests with a text in their path or body."""
    remaining = count

    async def interceptor(request: ProxiedRequest) -> Response | None:
        nonlocal remaining
        if remaining and (text in request.path or text.encode() in request.body):
            remaining -= 1
            return respond()
        return None

    return interceptor


@dataclass
class HoldFirst:
    """An interceptor that holds the first request with a text in its body.

    Attributes:
        held: Set when the request has arrived.
        released: Set this to forward the request.
    """

    text: str
    held: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: ProxiedRequest) -> Response | None:
        if not self.held.is_set() and self.text.encode() in request.body:
            self.held.set()
            await self.released.wait()
        return None


def _query(request: Request) -> bytes:
    query: bytes = request.scope["query_string"]
    return b"?" + query if query else b""


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_raw():
            yield chunk
    finally:
        await response.aclose()
