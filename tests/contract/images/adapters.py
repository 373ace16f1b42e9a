"""Every store of images, each empty, under the same tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette

from genai_studio.hosts.asgi.images import image_route
from genai_studio.local.images import LocalImages
from genai_studio.ports import Images
from tests.builders import ManualClock


@dataclass
class ImageStore:
    """A store, and a browser that follows its links."""

    images: Images
    browser: httpx.AsyncClient


@asynccontextmanager
async def local(directory: Path, clock: ManualClock) -> AsyncIterator[ImageStore]:
    images = LocalImages.open(directory, clock)
    app = Starlette(routes=[image_route(images, clock)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio") as browser:
        yield ImageStore(images, browser)


Adapter = Callable[[Path, ManualClock], AbstractAsyncContextManager[ImageStore]]

ADAPTERS: dict[str, Adapter] = {
    "local": local,
}
