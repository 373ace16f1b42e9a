"""The adapters of `ports.Images`, each with an empty store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from genai_studio.aws.images.presigned_urls import LIFETIME
from genai_studio.hosts.asgi.images import image_route
from genai_studio.local.images.store import LocalImages
from genai_studio.ports import Images
from tests.builders import ManualClock
from tests.servers.resources.images_bucket import images_bucket

ENDS_SOON = timedelta(seconds=15)
"""Longer than a test needs to follow a link."""


@dataclass
class ImageStore:
    """An image store, and an HTTP client that follows its URLs.

    Attributes:
        to_the_letter: Whether a link works only in the very form in which it
            was made. S3 reads a link's fields first, and checks what it read.
    """

    images: Images
    browser: httpx.AsyncClient
    to_the_letter: bool = True


@asynccontextmanager
async def local(directory: Path, clock: ManualClock) -> AsyncIterator[ImageStore]:
    images = LocalImages.open(directory, clock)
    app = Starlette(routes=[image_route(images, clock)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio") as browser:
        yield ImageStore(images, browser)


@asynccontextmanager
async def aws(directory: Path, clock: ManualClock) -> AsyncIterator[ImageStore]:
    """The server's clock cannot be turned, so the studio's is put where its links
    end soon, and the browser waits until the server has come to the studio's time.
    """
    clock.advance(datetime.now(UTC) - (LIFETIME - ENDS_SOON) - clock.now())
    async with (
        images_bucket(clock) as images,
        httpx.AsyncClient(transport=WaitingTransport(clock), trust_env=False) as browser,
    ):
        yield ImageStore(images, browser, to_the_letter=False)


class WaitingTransport(httpx.AsyncHTTPTransport):
    """Delays each request until the real time reaches that of a clock."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        ahead = (self._clock.now() - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(ahead, 0))
        try:
            return await super().handle_async_request(request)
        except httpx.RemoteProtocolError:
            # SeaweedFS closes the connection if the scope has no date; S3 returns 400.
            return httpx.Response(400, request=request)


Adapter = Callable[[Path, ManualClock], AbstractAsyncContextManager[ImageStore]]

ADAPTERS: dict[str, Adapter] = {
    "aws": aws,
    "local": local,
}
