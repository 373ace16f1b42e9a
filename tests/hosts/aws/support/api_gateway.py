"""An emulator of API Gateway: it translates HTTP requests into events of the function."""

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


async def _no_hook() -> None:
    """Do nothing."""


@asynccontextmanager
async def api_gateway(
    fakes: FakeStudio,
    *,
    before_answering: Callable[[], Awaitable[None]] = _no_hook,
    beside: Sequence[Route] = (),
) -> AsyncIterator[str]:
    """Serve a studio behind API Gateway and yield its base URL. There is no WebSocket.

    Args:
        before_answering: Called after each call of the function, before the response
            is sent.
        beside: Further routes to serve at this address.
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
            result = await function.call(event)
            await before_answering()
            body = result.get("body", "")
            content = base64.b64decode(body) if result["isBase64Encoded"] else body
            return Response(content, result["statusCode"], result["headers"])

        app = Starlette(routes=[*beside, Route("/{path:path}", forward, methods=["GET", "POST"])])
        async with served(app) as address:
            yield f"http://{address}"
