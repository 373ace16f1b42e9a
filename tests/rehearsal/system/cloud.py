"""The running cloud, for scenarios to look at and to trouble."""

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
from genai_studio.aws.records.generations import from_item
from genai_studio.aws.records.table import generation_key
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from tests.hosts.suite.cases import operation
from tests.rehearsal.emulators import api_gateway
from tests.rehearsal.emulators.aws_lambda import Environment, Fleet
from tests.rehearsal.emulators.event_sources import sqs_record
from tests.rehearsal.system.account import Account
from tests.rehearsal.system.amplify_client import AmplifyClient
from tests.rehearsal.system.fault_proxy import Hold
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.seaweedfs import SEAWEEDFS

PATIENCE_SECONDS = 150.0
"""Nothing waits so long unless it is lost, however busy the machine is."""

LOOK_SECONDS = 0.3

Seen = TypeVar("Seen")


@dataclass
class Cloud:
    """An account at work.

    Attributes:
        amplify: The client, signed in and subscribed to all of its own as `mine`.
        owner: Whom it signed in.
        token: Its access token.
        workers: The worker's environments.
        http: The environment of the function behind API Gateway.
        notices_are_lost: Whether nobody is told that an asynchronous endpoint answered.
        lost_notices: What was not told.
        accepted: Ids of all that was asked for.
        lost: Stream records that the publisher never managed.
        deliveries: Bodies of the messages that workers were handed.
        never_started: Words; for a generation with one in its prompt no worker starts.
        background: Everything that has no end.
        one_held: Whoever has it may keep a worker waiting.
    """

    account: Account
    amplify: AmplifyClient
    owner: str
    token: str
    workers: Fleet
    http: Fleet
    accepted: set[str] = field(default_factory=set)
    lost: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    never_started: set[str] = field(default_factory=set)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    notices_are_lost: bool = False
    lost_notices: list[dict[str, Any]] = field(default_factory=list)
    one_held: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.workers.before = self._before_work

    async def sweep_later(self, seconds: float) -> None:
        """Let the sweeper work as it will after so many seconds."""
        await self._later(seconds, "sweeper", {})

    async def work_later(self, seconds: float, generation_id: str) -> None:
        """Let a worker take a message as it will after so many seconds."""
        message = {
            "MessageId": str(uuid.uuid4()),
            "ReceiptHandle": "none",
            "Body": json.dumps({"owner": self.owner, "id": generation_id}),
            "Attributes": {"ApproximateReceiveCount": "1"},
            "MD5OfBody": "none",
        }
        await self._later(seconds, "worker", {"Records": [sqs_record(message)]})

    async def _later(self, seconds: float, name: str, event: Mapping[str, Any]) -> None:
        function = self.account.function(name, clock_ahead=seconds)
        async with Environment(function).running() as environment:
            await environment.invoke(event)

    async def generate(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted generation of a wish."""
        answer = await self.amplify.do(
            "execute", query=operation("generateImage"), variables={"input": dict(wish)}
        )
        payload = answer["generateImage"]
        assert payload["userErrors"] == []
        generation: dict[str, Any] = payload["generation"]
        self.accepted.add(generation["id"])
        return generation

    async def read(self, generation_id: str) -> dict[str, Any]:
        """A generation as its owner sees it."""
        variables = {"id": generation_id}
        answer = await self.amplify.do(
            "execute", query=operation("generation"), variables=variables
        )
        generation: dict[str, Any] = answer["generation"]
        return generation

    async def finished(self, generation_id: str) -> dict[str, Any]:
        """A generation once it has come to its end, and nothing but its pictures is left of it."""
        ended = await self.until(
            lambda: self.read(generation_id), lambda one: one["finishedAt"] is not None
        )
        pictures = {f"/{image['id'].rpartition('/')[2]}." for image in ended["images"]}
        wanted = 2 * len(pictures)  # each with its thumbnail
        kept = await self.until(lambda: self.kept(generation_id), lambda kept: len(kept) <= wanted)
        assert len(kept) == wanted
        return ended

    async def until(
        self, look: Callable[[], Awaitable[Seen]], enough: Callable[[Seen], Any]
    ) -> Seen:
        """What is seen once it is enough."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for task in self.background:
                    if task.done():
                        task.result()  # what broke it is the reason, not that nothing comes
                seen = await look()
                if enough(seen):
                    return seen
                await asyncio.sleep(LOOK_SECONDS)

    @asynccontextmanager
    async def held_at_endpoint(self, wish: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """A generation whose first call of the endpoint stands at its door within the block.

        One at a time: another worker has to be there for everybody else.
        """
        async with self.one_held:
            hold = Hold(wish["prompt"])
            self.account.endpoint.watchmen.append(hold)
            accepted = await self.generate(wish)
            await hold.held.wait()
            try:
                yield accepted
            finally:
                hold.go.set()

    async def change(self, name: str, generation_id: str) -> None:
        """Carry out a mutation of one generation."""
        variables = {"id": generation_id, "ids": [generation_id], "value": True}
        document = operation(name)
        wanted = {key: value for key, value in variables.items() if f"${key}:" in document}
        answer = await self.amplify.do("execute", query=document, variables=wanted)
        assert answer[name]["userErrors"] == []

    async def post(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The response of the HTTP API."""
        return await api_gateway.post(self.http, document, variables, self.token)

    async def delivered(self, generation_id: str, times: int) -> None:
        """Return once so many messages that name a generation were handed to workers."""

        async def count() -> int:
            return sum(generation_id in body for body in self.deliveries)

        await self.until(count, lambda counted: counted >= times)

    async def notice_lost(self) -> None:
        """Return once nobody was told of an answer."""

        async def lost() -> int:
            return len(self.lost_notices)

        await self.until(lost, lambda count: count > 0)

    async def left_alone(self, generation_id: str) -> None:
        """Return once no worker has anything to do with a generation."""

        async def works() -> bool:
            return self.workers.works_on(generation_id)

        await self.until(works, lambda working: not working)

    async def kept(self, generation_id: str) -> set[str]:
        """The keys of everything that is stored for a generation."""
        return {key for key in await self.keys() if f"/{generation_id}/" in key}

    async def keys(self) -> set[str]:
        """The keys of everything that is stored."""
        s3 = client("s3", SEAWEEDFS)
        found = await asyncio.to_thread(s3.list_objects_v2, Bucket=self.account.bucket)
        return {one["Key"] for one in found.get("Contents", ())}

    async def generations(self) -> list[Generation]:
        """Every one that is stored."""
        scan = client("dynamodb", DYNAMODB_LOCAL).scan
        found = await asyncio.to_thread(scan, TableName=self.account.table, ConsistentRead=True)
        return [from_item(item) for item in found["Items"] if "document" in item]

    async def waiting_messages(self) -> int:
        """How many messages are in the queue, hidden and delayed ones too."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        answer = await asyncio.to_thread(
            client("sqs", MINISTACK).get_queue_attributes,
            QueueUrl=self.account.queue_url,
            AttributeNames=names,
        )
        return sum(int(answer["Attributes"].get(name, 0)) for name in names)

    def record(self, generation_id: str, owner: str | None = None) -> Generation | None:
        """A generation as it is stored."""
        answer = client("dynamodb", DYNAMODB_LOCAL).get_item(
            TableName=self.account.table,
            Key=generation_key(Owner(owner or self.owner), generation_id),
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def attempts(self, generation_id: str) -> int:
        """How often a worker claimed a generation."""
        record = self.record(generation_id)
        assert record is not None
        return record.fence

    def steps(self, generation_id: str) -> list[str]:
        """What was done with a generation, in order."""
        record = self.record(generation_id)
        assert record is not None
        return [entry.step for entry in record.timeline]

    def quota_held(self, generation_id: str) -> int:
        """How many pictures a generation still counts for."""
        record = self.record(generation_id)
        assert record is not None
        return record.quota_held

    def asked_endpoint(self, word: str) -> int:
        """How often the endpoint was asked for something."""
        return sum(word.encode() in knock.body for knock in self.account.endpoint.passed)

    async def send(self, body: str) -> None:
        """Put a message into the queue by hand."""
        sqs = client("sqs", MINISTACK)
        await asyncio.to_thread(sqs.send_message, QueueUrl=self.account.queue_url, MessageBody=body)

    async def dead_letters(self) -> list[str]:
        """The bodies of what lies in the dead-letter queue, which stays there."""
        answer = await asyncio.to_thread(
            client("sqs", MINISTACK).receive_message,
            QueueUrl=self.account.dead_letters_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
        )
        return [message["Body"] for message in answer.get("Messages", ())]

    async def _before_work(self, event: Mapping[str, Any]) -> None:
        """Note what a worker is handed, if one starts.

        Raises:
            FunctionFailed: None does.
        """
        for message in event["Records"]:
            self.deliveries.append(message["body"])
            with suppress(InvalidMessage):
                ref = messages.decode(message["body"])
                record = await asyncio.to_thread(self.record, ref.id, ref.owner)
                if record and self.never_started & set(record.request.prompt.split()):
                    raise FunctionFailed("Runtime exited without providing a reason")
