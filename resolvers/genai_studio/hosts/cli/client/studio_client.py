"""A client of a studio's API: `gql` over HTTP, and over WebSocket where it pushes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import (
    TransportConnectionFailed,
    TransportError,
    TransportProtocolError,
    TransportQueryError,
    TransportServerError,
)
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import WebSocketException

from genai_studio.hosts.cli.client.access import APPSYNC_HOST, Access, is_this_machine
from genai_studio.hosts.cli.client.operations import operation
from genai_studio.hosts.cli.output.failures import CommandFailed

SUBPROTOCOL = "graphql-transport-ws"
TIMEOUT = httpx.Timeout(60, connect=10)
MAX_MESSAGE_BYTES = 4_000_000

_UNAUTHENTICATED = frozenset({"UNAUTHENTICATED", "UnauthorizedException"})


class Unreachable(CommandFailed):
    """The studio did not answer: the same request may succeed when sent again."""


class SubscriptionRefused(CommandFailed):
    """The studio pushes nothing here; it can still be asked."""


class StudioClient:
    """Sends the contract's operations. Made by `studio_client`."""

    def __init__(
        self, access: Access, session: AsyncClientSession, http: httpx.AsyncClient
    ) -> None:
        self._access = access
        self._session = session
        self._http = http

    async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Send one query or mutation; returns its `data`.

        Raises:
            Unreachable: No answer came.
            CommandFailed: The studio refused it.
        """
        request = gql(operation(name))
        request.variable_values = _given(variables)
        try:
            data: dict[str, Any] = await self._session.execute(request)
        except TransportError as error:
            raise _explained(error, self._access.url) from error
        return data

    async def subscribe(
        self, name: str, variables: dict[str, Any], on_open: Callable[[], None]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """What a subscription pushes; `on_open` is called once it is connected.

        Raises:
            SubscriptionRefused: It cannot be opened, or it ended with an error.
        """
        request = gql(operation(name))
        request.variable_values = _given(variables)
        transport = _pushing_transport(self._access)
        try:
            async with Client(transport=transport) as session:
                on_open()
                async for pushed in session.subscribe(request):
                    yield pushed
        except (TransportError, WebSocketException, OSError, TimeoutError) as error:
            raise SubscriptionRefused("The studio pushes nothing here.") from error

    async def download(self, url: str) -> bytes:
        """The bytes behind a link that the studio signed.

        Raises:
            CommandFailed: The link leads to no image.
        """
        try:
            # Signed links work without the token, and may lead to another host.
            answer = await self._http.get(httpx.URL(f"{self._access.url}/").join(url))
        except httpx.HTTPError as error:
            raise Unreachable("The image could not be downloaded.") from error
        if answer.status_code != httpx.codes.OK:
            raise CommandFailed(
                f"The image could not be downloaded: HTTP status {answer.status_code}."
            )
        return answer.content


@asynccontextmanager
async def studio_client(access: Access) -> AsyncIterator[StudioClient]:
    """A client of one studio, closed at the end."""
    direct = not is_this_machine(access.url)
    transport = HTTPXAsyncTransport(
        url=f"{access.url}/graphql",
        headers={"Authorization": _authorization(access)},
        timeout=TIMEOUT,
        trust_env=direct,
    )
    async with (
        httpx.AsyncClient(timeout=TIMEOUT, trust_env=direct) as http,
        Client(transport=transport) as session,
    ):
        yield StudioClient(access, session, http)


def _authorization(access: Access) -> str:
    """A token as the API wants it: AppSync takes the mere token."""
    return access.token if access.appsync else f"Bearer {access.token}"


def _pushing_transport(access: Access) -> WebsocketsTransport | AppSyncWebsocketsTransport:
    options: dict[str, Any] = {"max_size": MAX_MESSAGE_BYTES}
    if is_this_machine(access.url):
        options["proxy"] = None
    url = f"ws{access.url.removeprefix('http')}/graphql"
    if not access.appsync:
        return WebsocketsTransport(
            url=url,
            # A browser's handshake carries no Authorization: the token goes in the first message.
            init_payload={"Authorization": _authorization(access)},
            subprotocols=[SUBPROTOCOL],
            connect_args=options,
            close_timeout=2,
        )
    host = urlsplit(access.url).netloc
    return AppSyncWebsocketsTransport(
        # At a domain of one's own the pushes have a path, at AWS's a host of their own.
        url=url if APPSYNC_HOST.fullmatch(host) else f"{url}/realtime",
        auth=AppSyncJWTAuthentication(host=host, jwt=access.token),
        connect_args=options,
        close_timeout=2,
    )


def _given(variables: dict[str, Any]) -> dict[str, Any]:
    """What was left out stays out: AppSync reads null as a value."""
    return {name: value for name, value in variables.items() if value is not None}


def _explained(error: TransportError, url: str) -> CommandFailed:
    if isinstance(error, TransportQueryError):
        told = [one for one in error.errors or () if isinstance(one, dict)]
        said = "; ".join(str(one.get("message")) for one in told) or "it gives no reason."
        codes = {one.get("extensions", {}).get("code") for one in told}
        # AppSync names an error beside its message.
        codes |= {one.get("errorType") for one in told}
        what = "this token" if codes & _UNAUTHENTICATED else "this request"
        return CommandFailed(f"{url} does not accept {what}: {said}")
    if isinstance(error, TransportServerError):
        if error.code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return CommandFailed(f"{url} does not accept this token.")
        if error.code is not None and error.code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unreachable(f"{url} answered with HTTP status {error.code}.")
        return CommandFailed(f"{url} answered with HTTP status {error.code}.")
    if isinstance(error, TransportConnectionFailed):
        return Unreachable(f"{url} cannot be reached. Is the studio running there?")
    if isinstance(error, TransportProtocolError):
        return CommandFailed(f"{url} does not answer as a studio does.")
    return Unreachable(f"{url} broke the connection.")
