"""A whole studio in this process: records, inference child, loops and HTTP."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import uvicorn

from genai_studio.bootstrap.local import LocalStudio, local_studio
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.asgi.app import create_app
from genai_studio.hosts.asgi.images import image_route
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.pages import WEB_DIR
from genai_studio.hosts.local.background import background
from genai_studio.local.atomic_file import create_file
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.settings import Settings

MAX_WEBSOCKET_MESSAGE = 1024 * 1024
GRACE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class RunningStudio:
    """A studio that answers.

    Attributes:
        url: Scheme, host and port, without a slash at the end.
    """

    url: str
    wired: LocalStudio
    _server: uvicorn.Server
    _serving: asyncio.Task[None]

    def token(self, user: str | None = None) -> str:
        """An access token for a user; for the settings' own without a name.

        Raises:
            StudioUnavailable: A Cognito user pool issues the tokens.
        """
        settings = self.wired.settings
        if self.wired.issuer is None:
            raise StudioUnavailable(
                "This studio signs people in at a Cognito user pool: sign in on its page, "
                "or give an access token of the pool with --token."
            )
        return self.wired.issuer.issue(user or settings.user, timedelta(days=settings.token_days))

    async def wait(self) -> None:
        """Return when the studio was told to stop."""
        await asyncio.wait([self._serving])

    async def until_ready(self) -> None:
        """Return as soon as a generation would be worked on."""
        while not await self.wired.endpoint.ready():  # noqa: ASYNC110 - nothing here could wake us
            await asyncio.sleep(0.05)


@asynccontextmanager
async def local_server(settings: Settings) -> AsyncIterator[RunningStudio]:
    """Serve a studio until the block ends.

    Raises:
        StudioUnavailable: The port is taken, another studio uses the data
            directory, or a setting cannot be followed.
    """
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_listen(settings))
        wired = local_studio(settings)
        stack.callback(wired.records.close)
        if wired.inference is not None:
            await stack.enter_async_context(wired.inference)
        await stack.enter_async_context(background(wired))
        host, port = listener.getsockname()[:2]
        name = _in_url(settings.host, host)
        url = f"http://{name}:{port}"
        server = _server(wired, name)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await _until_started(server, serving)
            if settings.workers:
                _announce(settings.data_dir, url, stack)
            yield RunningStudio(url, wired, server, serving)
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving


def _announce(data_dir: Path, url: str, stack: AsyncExitStack) -> None:
    """Leave the note until the stack ends.

    A studio without workers, started to read history, leaves none: what was
    asked of it would wait until it is gone.
    """
    address = data_dir / ADDRESS_FILE
    address.unlink(missing_ok=True)  # a killed studio leaves its own behind
    create_file(address, json.dumps({"url": url, "pid": os.getpid()}).encode())
    stack.callback(address.unlink, missing_ok=True)


def _server(wired: LocalStudio, name: str) -> uvicorn.Server:
    settings = wired.settings
    app = create_app(
        wired.studio,
        wired.identity,
        AsgiOptions(
            version=version("genai-studio"),
            user_pool=wired.user_pool,
            # An address is safe to answer to: only names can be made to lead elsewhere.
            allowed_hosts=(*settings.allowed_hosts, name),
            cors_origins=settings.cors_origins,
        ),
        clock=wired.clock,
        ready=lambda: _not_ready(wired),
        web_dir=WEB_DIR,
        images_routes=[image_route(wired.images, wired.clock)],
    )
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=MAX_WEBSOCKET_MESSAGE,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return uvicorn.Server(config)


async def _not_ready(wired: LocalStudio) -> Sequence[str]:
    return [] if await wired.endpoint.ready() else ["inference"]


async def _until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise StudioUnavailable("The web server ended before it had begun.")
        await asyncio.sleep(0.01)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":
        # On Windows this option would let two studios share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise StudioUnavailable(
                f"Port {settings.port} is in use. Choose another with --port, or 0 for any."
            ) from None
        raise StudioUnavailable(
            f"The studio cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        ) from None
    listener.listen(socket.SOMAXCONN)
    listener.setblocking(False)
    return listener


def _in_url(asked: str, bound: str) -> str:
    host = "127.0.0.1" if asked in {"0.0.0.0", ""} else bound  # noqa: S104 - only compared
    if asked == "::":
        host = "::1"
    return f"[{host}]" if ":" in host else host
