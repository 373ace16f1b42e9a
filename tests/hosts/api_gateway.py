"""API Gateway in miniature: HTTP in, events for the function, its answers out."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.studio import FakeStudio
from tests.hosts.lambda_http_host import LambdaHttpHost, api_gateway_event
from tests.hosts.uvicorn_server import served


@asynccontextmanager
async def api_gateway(fakes: FakeStudio) -> AsyncIterator[str]:
    """The base URL of a studio behind it, until the block ends. Nobody gets a WebSocket there."""
    async with LambdaHttpHost.over(fakes) as function:

        async def forward(request: Request) -> Response:
            known = ("authorization", "accept", "content-type")
            headers = {name.replace("-", "_"): request.headers.get(name, "") for name in known}
            event = api_gateway_event(
                request.method, request.url.path, body=(await request.body()).decode(), **headers
            )
            answer = await function.call(event)
            body = answer.get("body", "")
            content = base64.b64decode(body) if answer["isBase64Encoded"] else body
            return Response(content, answer["statusCode"], answer["headers"])

        app = Starlette(routes=[Route("/{path:path}", forward, methods=["GET", "POST"])])
        async with served(app) as address:
            yield f"http://{address}"
