"""Client of a studio's API, using `gql` over HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
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
from genai_studio.hosts.cli.client.api_types import UploadTarget, decode
from genai_studio.hosts.cli.client.operations import operation
from genai_studio.hosts.cli.output.failures import CommandFailed

SUBPROTOCOL = "graphql-transport-ws"
TIMEOUT = httpx.Timeout(60, connect=10)
MAX_MESSAGE_BYTES = 4_000_000

T = TypeVar("T")

_UNAUTHENTICATED = frozenset({"UNAUTHENTICATED", "UnauthorizedException"})


class Unreachable(CommandFailed):
    """The studio did not answer. A retry may succeed."""


class SubscriptionRefused(CommandFailed):
    """The subscription could not be opened or ended. Queries may still work."""


class StudioClient:
    """Sends operations to a studio. Create it with `studio_client`."""

    def __init__(
        self, access: Access, session: AsyncClientSession, http: httpx.AsyncClient
    ) -> None:
        self._access = access
        self._session = session
        self._http = http

    async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Send a query or mutation and return the `data` of the answer.

        Variables that are None are omitted.

        Raises:
            Unreachable: The studio did not answer.
            CommandFailed: The studio rejected the operation.
        """
        request = gql(operation(name))
        request.variable_values = _without_none(variables)
        try:
            data: dict[str, Any] = await self._session.execute(request)
        except TransportError as error:
            raise _command_failure(error, self._access.url) from error
        return data

    async def fetch(self, name: str, variables: dict[str, Any], answer_type: type[T]) -> T:
        """Call `execute` and decode the answer.

        Raises:
            Unreachable: The studio did not answer.
            CommandFailed: The studio rejected the operation, or its answer is malformed.
        """
        return decode(await self.execute(name, variables), answer_type)

    async def subscribe(
        self, name: str, variables: dict[str, Any], on_open: Callable[[], None]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the `data` of a subscription's events; call `on_open` once connected.

        Raises:
            SubscriptionRefused: The subscription could not be opened, or ended with an error.
        """
        request = gql(operation(name))
        request.variable_values = _without_none(variables)
        transport = _subscription_transport(self._access)
        try:
            async with Client(transport=transport) as session:
                on_open()
                async for data in session.subscribe(request):
                    yield data
        except (TransportError, WebSocketException, OSError, TimeoutError) as error:
            raise SubscriptionRefused("The subscription failed.") from error

    async def send_file(self, target: UploadTarget, data: bytes) -> None:
        """Send a file to the target of an upload.

        Raises:
            Unreachable: The file could not be sent.
            CommandFailed: The studio rejected the file.
        """
        headers = {field.name: field.value for field in target.headers}
        fields = {field.name: field.value for field in target.fields}
        url = httpx.URL(f"{self._access.url}/").join(target.url)
        try:
            # Signed URLs need no token, and may point to another host.
            if fields:
                response = await self._http.request(
                    target.method, url, headers=headers, data=fields, files={"file": data}
                )
            else:
                response = await self._http.request(
                    target.method, url, headers=headers, content=data
                )
        except httpx.HTTPError as error:
            raise Unreachable("The file could not be sent.") from error
        if not response.is_success:
            raise CommandFailed(f"The file was rejected: HTTP status {response.status_code}.")

    async def download(self, url: str) -> bytes:
        """Download the image at a signed URL.

        Raises:
            CommandFailed: The image could not be downloaded.
        """
        try:
            # Signed URLs need no token, and may point to another host.
            response = await self._http.get(httpx.URL(f"{self._access.url}/").join(url))
        except httpx.HTTPError as error:
            raise Unreachable("The image could not be downloaded.") from error
        if response.status_code != httpx.codes.OK:
            raise CommandFailed(
                f"The image could not be downloaded: HTTP status {response.status_code}."
            )
        return response.content


@asynccontextmanager
async def studio_client(access: Access) -> AsyncIterator[StudioClient]:
    """Create a client for a studio; close it on exit."""
    # A proxy from the environment cannot reach a loopback address.
    trust_env = not is_this_machine(access.url)
    transport = HTTPXAsyncTransport(
        url=f"{access.url}/graphql",
        headers={"Authorization": _authorization(access)},
        timeout=TIMEOUT,
        trust_env=trust_env,
    )
    async with (
        httpx.AsyncClient(timeout=TIMEOUT, trust_env=trust_env) as http,
        Client(transport=transport) as session,
    ):
        yield StudioClient(access, session, http)


def _authorization(access: Access) -> str:
    """Return the Authorization header. AppSync expects the token without a scheme."""
    return access.token if access.appsync else f"Bearer {access.token}"


def _subscription_transport(access: Access) -> WebsocketsTransport | AppSyncWebsocketsTransport:
    options: dict[str, Any] = {"max_size": MAX_MESSAGE_BYTES}
    if is_this_machine(access.url):
        options["proxy"] = None
    url = f"ws{access.url.removeprefix('http')}/graphql"
    if not access.appsync:
        return WebsocketsTransport(
            url=url,
            # As in a browser, the token is sent in connection_init instead of a header.
            init_payload={"Authorization": _authorization(access)},
            subprotocols=[SUBPROTOCOL],
            connect_args=options,
            close_timeout=2,
        )
    host = urlsplit(access.url).netloc
    return AppSyncWebsocketsTransport(
        # AppSync serves subscriptions at a separate host, or with a custom domain at a path.
        url=url if APPSYNC_HOST.fullmatch(host) else f"{url}/realtime",
        auth=AppSyncJWTAuthentication(host=host, jwt=access.token),
        connect_args=options,
        close_timeout=2,
    )


def _without_none(variables: dict[str, Any]) -> dict[str, Any]:
    """Remove variables that are None, because AppSync treats null as a value."""
    return {name: value for name, value in variables.items() if value is not None}


def _command_failure(error: TransportError, url: str) -> CommandFailed:
    if isinstance(error, TransportQueryError):
        errors = [item for item in error.errors or () if isinstance(item, dict)]
        messages = "; ".join(str(item.get("message")) for item in errors) or "no reason given."
        codes = {item.get("extensions", {}).get("code") for item in errors}
        # AppSync has the code in `errorType`.
        codes |= {item.get("errorType") for item in errors}
        rejected = "access token" if codes & _UNAUTHENTICATED else "request"
        return CommandFailed(f"{url} rejected the {rejected}: {messages}")
    if isinstance(error, TransportServerError):
        if error.code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return CommandFailed(f"{url} rejected the access token.")
        if error.code is not None and error.code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unreachable(f"{url} returned HTTP status {error.code}.")
        return CommandFailed(f"{url} returned HTTP status {error.code}.")
    if isinstance(error, TransportConnectionFailed):
        return Unreachable(f"{url} is unreachable. Is the studio running?")
    if isinstance(error, TransportProtocolError):
        return CommandFailed(f"{url} is not a genai-studio API.")
    return Unreachable(f"The connection to {url} was lost.")
