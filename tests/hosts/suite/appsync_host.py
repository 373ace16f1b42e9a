"""AppSync in front of the real handler, in memory and over TCP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from botocore.credentials import Credentials
from gql import Client, GraphQLRequest
from gql.transport.appsync_auth import AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from genai_studio.aws.events.publisher import AppSyncPublisher
from genai_studio.domain.errors import Unauthenticated
from genai_studio.hosts.aws.appsync import appsync_handler
from genai_studio.ports import GenerationEvent
from genai_studio.schema.documents.publication import publish_mutation, published_generation
from tests.builders import ALICE, BOB, a_caller
from tests.fakes.identity import FakeIdentity
from tests.fakes.studio import FakeStudio
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.host import Response, SubscriptionHost
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import User, unauthorized
from tests.servers.appsync.execution import Function, FunctionFailed, Request
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY


class AppSyncHost:
    """AppSync's execution: calls the function and selects fields of its result."""

    base_url = ""

    def __init__(self, api: AppSync) -> None:
        self._api = api

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[AppSyncHost]:
        async with _function(fakes) as function:
            yield cls(AppSync(verify_fake_token, function))

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        caller = await verify_fake_token(token)
        response = await self._api.execute(caller, Request(document, variables))
        return cast("Response", _through_json(response))


class ServedAppSyncHost(SubscriptionHost):
    """The whole emulator over TCP, with httpx and gql's AppSync WebSocket client."""

    base_url = ""

    def __init__(self, api: AppSync, address: str, client: httpx.AsyncClient) -> None:
        self._api = api
        self._address = address
        self._client = client

    @property
    def url(self) -> str:
        """Return the URL of the API."""
        return f"http://{self._address}"

    @classmethod
    @asynccontextmanager
    async def over(cls, fakes: FakeStudio) -> AsyncIterator[SubscriptionHost]:
        async with AsyncExitStack() as stack:
            api = AppSync(verify_fake_token, await stack.enter_async_context(_function(fakes)))
            address = await stack.enter_async_context(served(api.app))
            await stack.enter_async_context(_publisher(fakes, f"http://{address}/graphql"))
            client = httpx.AsyncClient(base_url=f"http://{address}", trust_env=False)
            yield cls(api, address, await stack.enter_async_context(client))

    async def execute(self, document: str, variables: Mapping[str, Any], token: str) -> Response:
        answer = await self._client.post(
            "/graphql",
            json={"query": document, "variables": dict(variables)},
            headers={"Authorization": token},
        )
        assert answer.status_code == 200, answer.text
        return cast("Response", answer.json())

    @asynccontextmanager
    async def subscribe(
        self, document: str, variables: Mapping[str, Any], token: str
    ) -> AsyncIterator[AsyncIterator[Response]]:
        before = len(self._api.subscriptions)
        client = Client(transport=appsync_transport(f"ws://{self._address}/graphql", token))
        async with client as session:
            request = GraphQLRequest(document, variable_values=dict(variables))
            updates = session.subscribe(request, get_execution_result=True)
            first = asyncio.ensure_future(anext(updates))
            async with asyncio.timeout(10):
                while len(self._api.subscriptions) == before:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)  # gql does not report the acknowledgement

            async def responses() -> AsyncIterator[Response]:
                yield {"data": (await first).data}
                async for update in updates:
                    yield {"data": update.data}

            try:
                yield responses()
            finally:
                first.cancel()
                with suppress(asyncio.CancelledError):
                    await first
                await updates.aclose()


def appsync_transport(url: str, token: str) -> AppSyncWebsocketsTransport:
    """Return gql's transport for an API with a custom domain."""
    auth = AppSyncJWTAuthentication(host=urlsplit(url).netloc, jwt=token)
    return AppSyncWebsocketsTransport(f"{url}/realtime", auth=auth, connect_args={"proxy": None})


async def verify_fake_token(token: str) -> User:
    """Verify a token of `FakeIdentity` like a user pool."""
    try:
        caller = await FakeIdentity().verify(token)
    except Unauthenticated as refused:
        raise unauthorized(str(refused)) from None
    return User(
        {
            "sub": caller.owner,
            "username": caller.username,
            "token_use": "access",
            "exp": caller.expires_at,
        }
    )


def as_appsync_response(response: Response) -> Response:
    """Convert a response of the other hosts to AppSync's error format.

    Errors of the document have a location and a message. Errors of the function
    have only a message: AppSync does not distinguish exception classes.
    """
    errors = [_as_appsync_error(error) for error in response.get("errors", ())]
    return {"data": response.get("data")} | ({"errors": errors} if errors else {})


def _as_appsync_error(error: Mapping[str, Any]) -> dict[str, Any]:
    locations = [one | {"sourceName": None} for one in error["locations"]]
    entry = {"path": error.get("path"), "locations": locations, "message": error["message"]}
    code = error.get("extensions", {}).get("code")
    if code is None:
        return entry
    entry |= {"data": None, "errorType": "Lambda:Unhandled", "errorInfo": None}
    if code == "FORBIDDEN":  # @aws_iam: the function is not asked
        (field,) = error["path"]
        entry |= {
            "errorType": "Unauthorized",
            "message": f"Not Authorized to access {field} on type Mutation",
        }
    return entry


@asynccontextmanager
async def _function(fakes: FakeStudio) -> AsyncIterator[Function]:
    """Run the handler like Lambda: in a thread, with JSON events and results."""
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as thread:
        handler = appsync_handler(fakes.studio, loop)

        async def function(event: Mapping[str, Any]) -> Any:
            call = thread.submit(handler, _through_json(event), None)
            try:
                return _through_json(await asyncio.wrap_future(call))
            except Exception as error:
                raise FunctionFailed(str(error)) from error

        yield function


@asynccontextmanager
async def _publisher(fakes: FakeStudio, url: str) -> AsyncIterator[None]:
    """Publish the studio's events to AppSync, like the publisher function."""

    async def shown(event: GenerationEvent) -> dict[str, Any]:
        return await published_generation(fakes.studio, event)

    credentials = Credentials(ACCESS_KEY, SECRET_KEY)
    appsync = AppSyncPublisher(url, REGION, credentials, fakes.clock, publish_mutation(), shown)
    subscriptions = [fakes.events.subscribe(a_caller(owner), None) for owner in (ALICE, BOB)]

    async def carry(events: AsyncIterator[GenerationEvent]) -> None:
        async for event in events:
            await appsync.publish(event)

    async with asyncio.TaskGroup() as group:
        for subscription in subscriptions:
            group.create_task(carry(subscription))
        yield
        for subscription in subscriptions:
            await subscription.aclose()


def _through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))
