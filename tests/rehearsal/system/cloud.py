"""The running cloud, with actions and waiting operations for scenarios."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from genai_studio.aws.queue import messages
from genai_studio.aws.queue.messages import InvalidMessage
from tests.hosts.suite.cases import operation
from tests.rehearsal.emulators import api_gateway
from tests.rehearsal.emulators.aws_lambda import Environment, Fleet
from tests.rehearsal.emulators.event_sources import sqs_record
from tests.rehearsal.system.account import Account
from tests.rehearsal.system.amplify_client import AmplifyClient
from tests.rehearsal.system.backend_state import BackendState
from tests.rehearsal.system.fault_proxy import HoldFirst
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK

TIMEOUT_SECONDS = 150.0
"""Timeout of every wait. It is generous, because the machine may be busy."""

POLL_SECONDS = 0.3

Value = TypeVar("Value")


@dataclass
class Cloud:
    """A running account with a signed-in user.

    Attributes:
        amplify: The user's client, subscribed to the user's generations as `mine`.
        owner: Owner ID of the user.
        token: Access token of the user.
        workers: The environments of the worker function.
        http: The environment of the function behind API Gateway.
        accepted: IDs of all accepted generations.
        unpublished: Stream records that the publisher failed to process.
        deliveries: Bodies of all messages that workers received.
        unstartable_words: No worker starts for a prompt with one of these words.
        background: The tasks of the event sources.
        drop_notifications: Whether notifications of an asynchronous endpoint are dropped.
        dropped_notifications: The dropped notifications.
        hold_lock: Held while a scenario blocks a worker, so that another worker stays free.
    """

    account: Account
    amplify: AmplifyClient
    owner: str
    token: str
    workers: Fleet
    http: Fleet
    accepted: set[str] = field(default_factory=set)
    unpublished: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    unstartable_words: set[str] = field(default_factory=set)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    drop_notifications: bool = False
    dropped_notifications: list[dict[str, Any]] = field(default_factory=list)
    hold_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.workers.before_invoke = self._before_work
        self.state = BackendState(self.account, self.owner)

    async def generate(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Request an image and return the accepted generation."""
        data = await self.amplify.run(
            "execute", query=operation("generateImage"), variables={"input": dict(request)}
        )
        payload = data["generateImage"]
        assert payload["userErrors"] == []
        generation: dict[str, Any] = payload["generation"]
        self.accepted.add(generation["id"])
        return generation

    async def read(self, generation_id: str) -> dict[str, Any]:
        """Return a generation as the API shows it to its owner."""
        variables = {"id": generation_id}
        data = await self.amplify.run("execute", query=operation("generation"), variables=variables)
        generation: dict[str, Any] = data["generation"]
        return generation

    async def mutate(self, name: str, generation_id: str) -> None:
        """Execute a mutation on one generation."""
        variables = {"id": generation_id, "ids": [generation_id], "value": True}
        document = operation(name)
        declared = {key: value for key, value in variables.items() if f"${key}:" in document}
        data = await self.amplify.run("execute", query=document, variables=declared)
        assert data[name]["userErrors"] == []

    async def post(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Execute a document by the HTTP API and return the response."""
        return await api_gateway.post(self.http, document, variables, self.token)

    async def send(self, body: str) -> None:
        """Send a message to the work queue."""
        sqs = client("sqs", MINISTACK)
        await asyncio.to_thread(sqs.send_message, QueueUrl=self.account.queue_url, MessageBody=body)

    async def sweep_later(self, seconds: float) -> None:
        """Invoke the sweeper with a clock that is ahead by some seconds."""
        await self._invoke_later(seconds, "sweeper", {})

    async def work_later(self, seconds: float, generation_id: str) -> None:
        """Invoke a worker for a generation with a clock that is ahead by some seconds."""
        message = {
            "MessageId": str(uuid.uuid4()),
            "ReceiptHandle": "none",
            "Body": json.dumps({"owner": self.owner, "id": generation_id}),
            "Attributes": {"ApproximateReceiveCount": "1"},
            "MD5OfBody": "none",
        }
        await self._invoke_later(seconds, "worker", {"Records": [sqs_record(message)]})

    async def _invoke_later(self, seconds: float, name: str, event: Mapping[str, Any]) -> None:
        function = self.account.function(name, clock_ahead=seconds)
        async with Environment(function).running() as environment:
            await environment.invoke(event)

    @asynccontextmanager
    async def held_at_endpoint(self, request: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Request an image, and hold its first endpoint call until the block ends.

        Only one call is held at a time, so that another worker stays available.
        """
        async with self.hold_lock:
            hold = HoldFirst(request["prompt"])
            self.account.endpoint.interceptors.append(hold)
            accepted = await self.generate(request)
            await hold.held.wait()
            try:
                yield accepted
            finally:
                hold.released.set()

    def endpoint_calls(self, word: str) -> int:
        """Return how many endpoint calls contained a word."""
        forwarded = self.account.endpoint.forwarded
        return sum(word.encode() in request.body for request in forwarded)

    async def poll(
        self, read: Callable[[], Awaitable[Value]], is_done: Callable[[Value], Any]
    ) -> Value:
        """Read a value repeatedly until it satisfies a condition, and return it.

        Raises:
            TimeoutError: The condition was not met in time.
        """
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while True:
                for task in self.background:
                    if task.done():
                        task.result()  # raises the error of the event source, which is the cause
                value = await read()
                if is_done(value):
                    return value
                await asyncio.sleep(POLL_SECONDS)

    async def finished(self, generation_id: str) -> dict[str, Any]:
        """Wait until a generation is final and only its images are stored, and return it."""
        generation = await self.poll(
            lambda: self.read(generation_id), lambda one: one["finishedAt"] is not None
        )
        expected = 2 * len(generation["images"])  # each image has a thumbnail
        # The copies of an edit's inputs.
        expected += sum(generation[name] is not None for name in ("sourceUrl", "maskUrl"))
        stored = await self.poll(
            lambda: self.state.keys_of(generation_id), lambda keys: len(keys) <= expected
        )
        assert len(stored) == expected
        return generation

    async def wait_for_deliveries(self, generation_id: str, count: int) -> None:
        """Wait until workers have received this many messages for a generation."""

        async def deliveries() -> int:
            return sum(generation_id in body for body in self.deliveries)

        await self.poll(deliveries, lambda received: received >= count)

    async def wait_for_dropped_notification(self) -> None:
        """Wait until a notification has been dropped."""

        async def dropped() -> int:
            return len(self.dropped_notifications)

        await self.poll(dropped, lambda count: count > 0)

    async def wait_until_idle(self, generation_id: str) -> None:
        """Wait until no worker processes a generation."""

        async def busy() -> bool:
            return self.workers.is_processing(generation_id)

        await self.poll(busy, lambda is_busy: not is_busy)

    async def _before_work(self, event: Mapping[str, Any]) -> None:
        """Record the messages that a worker receives.

        Raises:
            FunctionFailed: The prompt contains one of `unstartable_words`.
        """
        for message in event["Records"]:
            self.deliveries.append(message["body"])
            with suppress(InvalidMessage):
                ref = messages.decode(message["body"])
                record = await asyncio.to_thread(self.state.record, ref.id, ref.owner)
                if record and self.unstartable_words & set(record.request.prompt.split()):
                    raise FunctionFailed("Runtime exited without providing a reason")
