"""API Gateway in miniature: HTTP in, events for the function, its answers out."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.studio import FakeStudio
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.lambda_http_host import LambdaHttpHost, api_gateway_event


async def _at_once() -> None:
    """Nothing happens between the function's answer and the client's."""


@asynccontextmanager
async def api_gateway(
    fakes: FakeStudio,
    *,
    before_answering: Callable[[], Awaitable[None]] = _at_once,
    beside: Sequence[Route] = (),
) -> AsyncIterator[str]:
    """The base URL of a studio behind it, until the block ends. Nobody gets a WebSocket there.

    Args:
        before_answering: What is done between the function's answer and the client's.
        beside: What else is served at this address.
    """
    async with LambdaHttpHost.over(fakes) as function:

        async def forward(request: Request) -> Response:
            headers = {name.replace("-", "_"): text for name, text in request.headers.items()}
            event = api_gateway_event(
                request.method,
                request.url.path,
                query=request.url.query,
                body=(await request.body()).decode(),
                **headers | {"x_forwarded_proto": "http"},
            )
            answer = await function.call(event)
            await before_answering()
            body = answer.get("body", "")
            content = base64.b64decode(body) if answer["isBase64Encoded"] else body
            return Response(content, answer["statusCode"], answer["headers"])

        app = Starlette(routes=[*beside, Route("/{path:path}", forward, methods=["GET", "POST"])])
        async with served(app) as address:
            yield f"http://{address}"
