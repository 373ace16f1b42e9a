"""API Gateway and the bucket, as an HTTP client sees them, before the Mangum host."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genai_studio.pictures.store_form import store_form
from genai_studio.services.run import Run, RunTiming
from tests.fakes.studio import FakeStudio
from tests.hosts.lambda_http_host import LambdaHttpHost, api_gateway_event
from tests.hosts.uvicorn_server import served


@asynccontextmanager
async def api_gateway(fakes: FakeStudio) -> AsyncIterator[str]:
    """Serve the function's answers; gives the base URL.

    What the function accepted is carried out before its answer is passed on, as
    a worker that is very quick would.
    """
    run = Run(
        fakes.records,
        fakes.images,
        fakes.endpoint,
        fakes.events,
        fakes.clock,
        store_form,
        RunTiming(),
    )
    async with LambdaHttpHost.over(fakes) as host:

        async def invoke(request: Request) -> Response:
            headers = {name.replace("-", "_"): text for name, text in request.headers.items()}
            event = api_gateway_event(
                request.method,
                request.url.path,
                query=request.url.query,
                body=(await request.body()).decode(),
                **headers | {"x_forwarded_proto": "http"},
            )
            answer = await host.call(event)
            for change in await fakes.records.changes(None, 1000):
                generation = await fakes.records.get(change.ref.owner, change.ref.id)
                if generation is not None and generation.status == "QUEUED":
                    await run.run(generation.ref)
            body = answer["body"]
            content = base64.b64decode(body) if answer["isBase64Encoded"] else body
            return Response(content, answer["statusCode"], answer["headers"])

        async def download(request: Request) -> Response:
            data = await fakes.images.get(request.path_params["key"])
            return Response(data, media_type="image/png")

        app = Starlette(
            routes=[
                Route("/images/{key:path}", download),
                Route("/{path:path}", invoke, methods=["GET", "POST"]),
            ]
        )
        async with served(app) as address:
            yield f"http://{address}"
