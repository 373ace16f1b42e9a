"""The adapters of `ports.UploadStore`, each with an empty store and a client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette

from genai_studio.aws.images.store import S3Images
from genai_studio.aws.images.uploads import S3Uploads
from genai_studio.hosts.asgi.uploads import upload_route
from genai_studio.local.images.store import LocalImages
from genai_studio.local.images.uploads import LocalUploads
from genai_studio.ports import Images, UploadStore, UploadTarget
from tests.builders import ManualClock
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.bucket import a_bucket
from tests.servers.resources.images_bucket import CREDENTIALS


@dataclass
class Uploading:
    """A store of uploads, the images beside it, and a client that sends files."""

    uploads: UploadStore
    images: Images
    browser: httpx.AsyncClient

    async def send(self, target: UploadTarget, data: bytes) -> httpx.Response:
        """Send a file as the target says."""
        if target.fields:
            assert target.method == "POST"
            return await self.browser.post(
                target.url,
                headers=dict(target.headers),
                data=dict(target.fields),
                files={"file": ("file", data)},
            )
        assert target.method == "PUT"
        return await self.browser.put(target.url, headers=dict(target.headers), content=data)


@asynccontextmanager
async def local(directory: Path, clock: ManualClock) -> AsyncIterator[Uploading]:
    uploads = LocalUploads.open(directory, clock)
    app = Starlette(routes=[upload_route(uploads)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio") as browser:
        yield Uploading(uploads, LocalImages.open(directory, clock), browser)


@asynccontextmanager
async def aws(directory: Path, clock: ManualClock) -> AsyncIterator[Uploading]:
    s3 = client("s3", SEAWEEDFS)
    with a_bucket() as bucket:
        async with httpx.AsyncClient(trust_env=False) as browser:
            images = S3Images(s3, bucket, CREDENTIALS, clock)
            yield Uploading(S3Uploads(s3, bucket), images, browser)


Adapter = Callable[[Path, ManualClock], AbstractAsyncContextManager[Uploading]]

ADAPTERS: dict[str, Adapter] = {"aws": aws, "local": local}
