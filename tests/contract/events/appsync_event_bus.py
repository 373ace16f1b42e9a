"""`AppSyncPublisher` and subscribers of the AppSync emulator as one event bus.

Publishers and subscribers are separate processes in AWS. Here, each subscriber is a
client of AppSync's WebSocket API, and its updates are matched with the published
events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from botocore.credentials import Credentials
from gql import Client, GraphQLRequest

from genai_studio.aws.events.publisher import AppSyncPublisher
from genai_studio.domain.identity import Caller
from genai_studio.ports import GenerationEvent, Subscription
from genai_studio.schema.documents.publication import publish_mutation, published_generation
from tests.builders import ALICE, ManualClock
from tests.contract.events.event_bus import EventBus
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.fakes.studio import a_studio
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.appsync_host import appsync_transport, verify_fake_token
from tests.servers.appsync.app import AppSync
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY

DOCUMENT = """
subscription Watch($id: ID) {
  generationUpdated(id: $id) { id version progress { attempt step steps } }
}"""


@asynccontextmanager
async def appsync_event_bus() -> AsyncIterator[EventBus]:
    """Start an emulator and create publisher and subscribers for it."""
    studio = a_studio().studio

    async def to_payload(event: GenerationEvent) -> dict[str, Any]:
        return await published_generation(studio, event)

    api = AppSync(verify_fake_token, no_resolver)
    async with AsyncExitStack() as stack:
        url = f"http://{await stack.enter_async_context(served(api.app))}/graphql"
        credentials = Credentials(ACCESS_KEY, SECRET_KEY)
        clock = ManualClock()
        publishing = AppSyncPublisher(
            url, REGION, credentials, clock, publish_mutation(), to_payload
        )
        bus = _AppSyncEventBus(publishing, api, url)
        stack.push_async_callback(bus.aclose)
        yield bus


class _AppSyncEventBus(EventBus):
    def __init__(self, publishing: AppSyncPublisher, api: AppSync, url: str) -> None:
        self._publishing = publishing
        self._api = api
        self._url = url
        self._subscribers: list[_Subscriber] = []
        self.published: list[GenerationEvent] = []

    async def publish(self, event: GenerationEvent) -> None:
        # Wait until the API has acknowledged all subscriptions.
        async with asyncio.timeout(10):
            while len(self._api.subscriptions) < self._open():  # noqa: ASYNC110
                await asyncio.sleep(0.001)  # gql does not report the acknowledgment
        self.published.append(event)
        await self._publishing.publish(event)

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        token = ALICES_TOKEN if caller.owner == ALICE else BOBS_TOKEN
        variables = {} if generation_id is None else {"id": generation_id}
        subscriber = _Subscriber(self, self._url, token, variables)
        self._subscribers.append(subscriber)
        return subscriber

    async def aclose(self) -> None:
        for subscriber in self._subscribers:
            await subscriber.aclose()

    def _open(self) -> int:
        return sum(not one.closed for one in self._subscribers)

    def published_event(self, update: Mapping[str, Any]) -> GenerationEvent:
        """Return the published event that an update corresponds to."""
        progress = update["progress"]
        return next(
            event
            for event in self.published
            if (event.generation.id, event.generation.version) == (update["id"], update["version"])
            and (event.progress is None) == (progress is None)
            and (event.progress is None or event.progress.step == progress["step"])
        )


class _Subscriber(Subscription):
    def __init__(
        self, bus: _AppSyncEventBus, url: str, token: str, variables: Mapping[str, Any]
    ) -> None:
        self.closed = False
        self._bus = bus
        self._received: asyncio.Queue[GenerationEvent | None] = asyncio.Queue()
        self._listener = asyncio.create_task(self._listen(url, token, variables))

    def __aiter__(self) -> AsyncIterator[GenerationEvent]:
        return self

    async def __anext__(self) -> GenerationEvent:
        event = await self._received.get()
        if event is None:
            self._received.put_nowait(None)
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        self.closed = True
        self._listener.cancel()
        with suppress(asyncio.CancelledError):
            await self._listener
        while not self._received.empty():
            self._received.get_nowait()
        self._received.put_nowait(None)

    async def _listen(self, url: str, token: str, variables: Mapping[str, Any]) -> None:
        request = GraphQLRequest(DOCUMENT, variable_values=dict(variables))
        socket_url = url.replace("http://", "ws://")
        async with Client(transport=appsync_transport(socket_url, token)) as session:
            async for update in session.subscribe(request):
                self._received.put_nowait(self._bus.published_event(update["generationUpdated"]))


async def no_resolver(event: Mapping[str, Any]) -> Any:
    raise AssertionError("publishing needs no resolver")
