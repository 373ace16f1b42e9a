"""Serve the page as deployed in an AWS account, with AppSync as a separate origin.

::

    page ──POST /graphql──► AppSync ──event──► hosts.appsync ──► a studio on this machine
      ▲                        ▲                                   │ events
      └──── realtime ──────────┴───── publishGeneration ◄──────────┘

AppSync is the emulator of `tests/servers/appsync`. It calls the local studio
instead of the deployed functions, which `tests/rehearsal` covers. The script
prints the page's URL and serves until it is interrupted.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from genai_studio.aws.events.publisher import AppSyncPublisher
from genai_studio.aws.user_pool import UserPool
from genai_studio.bootstrap.local import LocalStudio
from genai_studio.domain.identity import Caller, Owner
from genai_studio.hosts.asgi.amplify_outputs import amplify_outputs
from genai_studio.hosts.asgi.images import image_route
from genai_studio.hosts.asgi.pages import WEB_DIR, WebBundle
from genai_studio.hosts.aws.appsync import resolve
from genai_studio.hosts.local.server import local_server
from genai_studio.ports import GenerationEvent
from genai_studio.schema.documents.publication import publish_mutation, published_generation
from genai_studio.settings import read_settings
from tests.hosts.asgi.uvicorn_server import served
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import PoolTokens
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY


class ResolverFunction:
    """The Lambda function of AppSync's fields, with a local studio.

    Attributes:
        events: Publisher of the studio's events to AppSync.
    """

    events: AppSyncPublisher

    def __init__(self, wired: LocalStudio, group: asyncio.TaskGroup) -> None:
        self._studio = wired.studio
        self._group = group
        self._forwarders: dict[Owner, asyncio.Task[None]] = {}

    async def __call__(self, event: Mapping[str, Any]) -> Any:
        """Resolve one field. Errors become `FunctionFailed`, as in AppSync."""
        self._start_forwarding(Owner(event["identity"]["sub"]))
        try:
            return json.loads(json.dumps(await resolve(self._studio, event)))
        except Exception as error:
            raise FunctionFailed(str(error)) from error

    def stop(self) -> None:
        """Stop forwarding events."""
        for task in self._forwarders.values():
            task.cancel()

    def _start_forwarding(self, owner: Owner) -> None:
        if owner not in self._forwarders:
            self._forwarders[owner] = self._group.create_task(self._forward(owner))

    async def _forward(self, owner: Owner) -> None:
        with suppress(asyncio.CancelledError):
            assert self._studio.subscriptions is not None
            caller = Caller(owner, "", 0)
            async for event in self._studio.subscriptions.subscribe(caller, None):
                await self.events.publish(event)


@asynccontextmanager
async def serve_page(wired: LocalStudio, pool: UserPool) -> AsyncIterator[str]:
    """Serve AppSync and the page. Yields the URL of the page."""

    async def payload(event: GenerationEvent) -> dict[str, Any]:
        return await published_generation(wired.studio, event)

    async with AsyncExitStack() as stack:
        function = ResolverFunction(wired, await stack.enter_async_context(asyncio.TaskGroup()))
        stack.callback(function.stop)
        appsync = AppSync(PoolTokens(pool), function)
        # AppSync allows all origins.
        with_cors = CORSMiddleware(
            appsync.app, allow_origins=["*"], allow_methods=["POST"], allow_headers=["*"]
        )
        api = await stack.enter_async_context(served(with_cors))
        credentials = Credentials(ACCESS_KEY, SECRET_KEY)
        url = f"http://{api}/graphql"
        function.events = AppSyncPublisher(
            url, REGION, credentials, wired.clock, publish_mutation(), payload
        )
        page = page_app(wired, pool, api)
        yield f"http://{await stack.enter_async_context(served(page))}"


def page_app(wired: LocalStudio, pool: UserPool, api: str) -> Starlette:
    """Build the app that replaces Amplify Hosting, and S3 for the images."""
    outputs: dict[str, Any] = amplify_outputs(version("genai-studio"), pool)
    for name in ("graphqlUrl", "subscriptionUrl"):
        del outputs["custom"]["studio"][name]
    outputs["data"] = {
        "url": f"http://{api}/graphql",
        "aws_region": REGION,
        "default_authorization_type": "AMAZON_COGNITO_USER_POOLS",
        "authorization_types": ["AWS_IAM"],
    }

    async def serve_outputs(_: Request) -> Response:
        return JSONResponse(outputs)

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    connect = (f"http://{api}", f"ws://{api}", pool.endpoint)
    return Starlette(
        routes=[
            Route("/amplify_outputs.json", serve_outputs),
            Route("/healthz", healthy),
            image_route(wired.images, wired.clock),
            Mount("/", WebBundle(WEB_DIR, connect)),
        ]
    )


async def main(data_dir: Path) -> None:
    """Serve until interrupted."""
    settings = read_settings(os.environ, data_dir=data_dir, port=0)
    async with local_server(settings) as studio:
        pool = studio.wired.user_pool
        assert pool is not None, "The environment must name a user pool."
        async with serve_page(studio.wired, pool) as url:
            sys.stdout.write(f"Sign in on the page: {url}\n")
            sys.stdout.flush()
            await studio.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
