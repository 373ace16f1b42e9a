"""API Gateway and the bucket as an HTTP client sees them, with a synchronous worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.imaging.encode_image import encode_image
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from tests.fakes.studio import FakeStudio
from tests.hosts.aws.support.api_gateway import api_gateway


@asynccontextmanager
async def quick_cloud(fakes: FakeStudio) -> AsyncIterator[str]:
    """Yield the base URL. Accepted generations run before the response is returned."""
    runner = SyncRunner(
        fakes.records,
        fakes.images,
        fakes.endpoint,
        fakes.events,
        fakes.clock,
        encode_image,
        prepare_edit,
        LeaseTiming(),
    )

    async def run_queued() -> None:
        for change in await fakes.records.changes(None, 1000):
            generation = await fakes.records.get(change.ref.owner, change.ref.id)
            if generation is not None and generation.status == "QUEUED":
                await runner.process(generation.ref)

    async def download(request: Request) -> Response:
        data = await fakes.images.get(request.path_params["key"])
        return Response(data, media_type="image/png")

    images = Route("/images/{key:path}", download)
    async with api_gateway(fakes, before_answering=run_queued, beside=[images]) as url:
        yield url
