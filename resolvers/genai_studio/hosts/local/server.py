"""A studio in this process: records, inference subprocess, background loops and HTTP server."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
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
from genai_studio.hosts.asgi.reverse_proxy import networks
from genai_studio.hosts.asgi.uploads import upload_route
from genai_studio.hosts.local.background import background_loops
from genai_studio.hosts.local.proof_route import proof_route
from genai_studio.http_server.file_limit import raise_file_limit
from genai_studio.http_server.limits import limits_for
from genai_studio.http_server.server import LimitedServer
from genai_studio.local import proof
from genai_studio.local.atomic_file import create_file
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.settings import Settings

MAX_WEBSOCKET_MESSAGE_BYTES = 1024 * 1024
MAX_WEBSOCKETS = 2_048
SHUTDOWN_GRACE_SECONDS = 3

SWITCH_INTERVAL_SECONDS = 0.0005
"""How long a thread that computes keeps the event loop waiting, each time it waits for a
client. Python's default is 5 ms, longer than most requests take."""


@dataclass(frozen=True, slots=True)
class RunningStudio:
    """A studio that serves requests.

    Attributes:
        url: Scheme, host and port, without a trailing slash.
        wired: Its services and adapters.
    """

    url: str
    wired: LocalStudio
    _server: uvicorn.Server
    _serving: asyncio.Task[None]

    def token(self, user: str | None = None, lifetime: timedelta | None = None) -> str:
        """Issue an access token for a user. The settings contain the defaults.

        Raises:
            StudioUnavailable: The studio uses a Cognito user pool, which issues the tokens.
        """
        settings = self.wired.settings
        if self.wired.issuer is None:
            raise StudioUnavailable(
                "This studio uses a Cognito user pool and cannot issue tokens. "
                "Sign in on its page, or pass an access token of the pool with --token."
            )
        lifetime = lifetime or timedelta(days=settings.token_days)
        return self.wired.issuer.issue(user or settings.user, lifetime)

    async def wait(self) -> None:
        """Wait until the server stops."""
        await asyncio.wait([self._serving])

    async def until_ready(self) -> None:
        """Wait until the studio can process generations."""
        while not await self.wired.endpoint.ready():  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def local_server(settings: Settings) -> AsyncIterator[RunningStudio]:
    """Serve a studio until the block ends.

    Raises:
        StudioUnavailable: The port is in use, another studio uses the data
            directory, or a setting is invalid.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_listen(settings))
        wired = local_studio(settings)
        stack.callback(wired.records.close)
        if wired.inference is not None:
            await stack.enter_async_context(wired.inference)
        await stack.enter_async_context(background_loops(wired))
        host, port = listener.getsockname()[:2]
        url_host = _url_host(settings.host, host)
        url = f"http://{url_host}:{port}"
        proof_key = proof.new_key()
        server = _server(wired, url_host, proof_key)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await _wait_until_started(server, serving)
            if settings.workers:
                _write_address_file(settings.data_dir, url, proof_key, stack)
            yield RunningStudio(url, wired, server, serving)
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving


def _write_address_file(data_dir: Path, url: str, proof_key: str, stack: AsyncExitStack) -> None:
    """Write the address file, and delete it when the stack ends.

    Call this only for a studio with workers. The CLI submits requests to the
    studio in this file, and without workers they would stay queued.
    """
    address = data_dir / ADDRESS_FILE
    address.unlink(missing_ok=True)  # left behind by a killed studio
    create_file(address, json.dumps({"url": url, "pid": os.getpid(), "key": proof_key}).encode())
    stack.callback(address.unlink, missing_ok=True)


def _server(wired: LocalStudio, url_host: str, proof_key: str) -> uvicorn.Server:
    settings = wired.settings
    limits = limits_for(raise_file_limit(), networks(settings.trusted_proxies))
    app = create_app(
        wired.studio,
        wired.identity,
        AsgiOptions(
            version=version("genai-studio"),
            user_pool=wired.user_pool,
            # DNS rebinding needs a host name, so the listening address is safe to allow.
            allowed_hosts=(*settings.allowed_hosts, url_host),
            base_path=settings.base_path,
            trusted_proxies=settings.trusted_proxies,
            cors_origins=settings.cors_origins,
            ws_max_connections=min(MAX_WEBSOCKETS, limits.total // 2),
        ),
        clock=wired.clock,
        ready=lambda: _unready_parts(wired),
        web_dir=WEB_DIR,
        images_routes=[
            image_route(wired.images, wired.clock),
            upload_route(wired.uploads),
            proof_route(proof_key),
        ],
    )
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        # `ForwardedHeaders` reads these headers; uvicorn would trust 127.0.0.1 by default.
        proxy_headers=False,
        ws_max_size=MAX_WEBSOCKET_MESSAGE_BYTES,
        timeout_graceful_shutdown=SHUTDOWN_GRACE_SECONDS,
    )
    return LimitedServer(config, limits)


async def _unready_parts(wired: LocalStudio) -> Mapping[str, str]:
    found = {
        "records": await wired.records.fault(),
        "images": await wired.images.fault(),
        "inference": None
        if await wired.endpoint.ready()
        else "The model is loading, or the inference server does not respond.",
    }
    return {name: reason for name, reason in found.items() if reason is not None}


async def _wait_until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise StudioUnavailable("The web server stopped during startup.")
        await asyncio.sleep(0.01)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # Accepted sockets inherit the option. asyncio does not set it on sockets that a
    # listener without a protocol number accepts, and Nagle's algorithm then holds the
    # body of a response until the client acknowledges its head, up to 40 ms later.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if os.name != "nt":
        # On Windows, SO_REUSEADDR lets two processes listen on the same port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise StudioUnavailable(
                f"Port {settings.port} is in use. Set another with --port, or 0 for any free port."
            ) from None
        raise StudioUnavailable(
            f"The studio cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        ) from None
    listener.listen(socket.SOMAXCONN)
    listener.setblocking(False)
    return listener


def _url_host(requested: str, bound: str) -> str:
    """Return the host for URLs: the loopback address if the server listens on all addresses."""
    host = "127.0.0.1" if requested in {"0.0.0.0", ""} else bound  # noqa: S104 - only compared
    if requested == "::":
        host = "::1"
    return f"[{host}]" if ":" in host else host
