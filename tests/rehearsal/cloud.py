"""The whole studio as an AWS account runs it, on this machine.

::

    aws-amplify ─► AppSync ─► appsync ─► DynamoDB ─► pipe ─► SQS ─► worker ─► endpoint
         ▲            ▲                      │                │       └─────► S3
         │            └──── publisher ◄──────┘               DLQ ◄─ sweeper
         └── push ───────────┘

Functions are the deployed handlers in processes of their own. DynamoDB Local,
SeaweedFS, ministack (Cognito, SQS), the inference app and the AppSync emulator
stand in for services; what lies between them, EventBridge Pipes, Lambda and its
event sources, is emulated beside this file from `infra/pipeline.json`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from genai_studio.aws import messages
from genai_studio.aws.generations import from_item
from genai_studio.aws.messages import NoGeneration
from genai_studio.aws.table import generation_key
from genai_studio.aws.user_pool import UserPool
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from tests.hosts.cases import operation
from tests.rehearsal import api_gateway
from tests.rehearsal.amplify_client import AmplifyClient
from tests.rehearsal.aws_lambda import Environment, Fleet, Function
from tests.rehearsal.event_sources import follow_stream, work_off_queue
from tests.rehearsal.gate import Gate, Hold
from tests.rehearsal.pipe import run_pipe
from tests.rehearsal.pipeline import Pipeline, pipeline
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import PoolTokens
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.appsync.serving import serve
from tests.servers.clients import client
from tests.servers.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.ministack import MINISTACK
from tests.servers.records_table import records_table
from tests.servers.running import url_of
from tests.servers.seaweedfs import SEAWEEDFS
from tests.servers.server import ACCESS_KEY, REGION, SECRET_KEY
from tests.servers.user_pool import PASSWORD, a_user_pool, sign_in

ENDPOINT = "builtin"
USERNAME = "ada"

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.3

Seen = TypeVar("Seen")


@dataclass
class Cloud:
    """The account's parts, for tests to look at, and to trouble.

    Attributes:
        table: Of the records.
        queue_url: Of the generations to be worked on.
        dead_letters_url: Of what nobody could work on.
        bucket: Of the pictures.
        pool: Of the people.
        endpoint: The door of the SageMaker endpoint.
        storage: The door of S3.
        publishing: The door of AppSync, for the functions.
        appsync: The API.
        workers: The worker's environments.
        amplify: The client, signed in.
        owner: Whom it signed in.
        token: Its access token.
        lost: Stream records that the publisher never managed.
        deliveries: Bodies of the messages that workers were handed.
        never_started: Words; for a generation with one in its prompt no worker starts.
        background: Everything that has no end.
        one_held: Whoever has it may keep a worker waiting.
        directory: Logs of the functions, and records of what they asked of AWS.
    """

    table: str
    queue_url: str
    dead_letters_url: str
    bucket: str
    pool: UserPool
    endpoint: Gate
    storage: Gate
    directory: Path
    pipeline: Pipeline = field(default_factory=pipeline)
    lost: list[dict[str, Any]] = field(default_factory=list)
    appsync: AppSync = field(init=False)
    workers: Fleet = field(init=False)
    http: Fleet = field(init=False)
    amplify: AmplifyClient = field(init=False)
    publishing: Gate = field(init=False)
    owner: str = field(init=False)
    token: str = field(init=False)
    deliveries: list[str] = field(default_factory=list)
    never_started: set[str] = field(default_factory=set)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    one_held: asyncio.Lock = field(default_factory=asyncio.Lock)

    def function(self, name: str, *, clock_ahead: float = 0) -> Function:
        """One of the studio's functions as it is deployed."""
        part = self.pipeline.definition.get(name, {})
        return Function(
            name=name,
            handler=f"genai_studio.hosts.functions.{name}.handler",
            environment=self._environment(),
            timeout=part.get("timeoutSeconds", 30),
            directory=self.directory,
            clock_ahead=clock_ahead,
        )

    async def sweep_later(self, seconds: float) -> None:
        """Let the sweeper work as it will after so many seconds."""
        async with Environment(self.function("sweeper", clock_ahead=seconds)).running() as sweeper:
            await sweeper.invoke({})

    async def generate(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        """The accepted generation of a wish."""
        answer = await self.amplify.do(
            "execute", query=operation("generateImage"), variables={"input": dict(wish)}
        )
        payload = answer["generateImage"]
        assert payload["userErrors"] == []
        generation: dict[str, Any] = payload["generation"]
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
            self.endpoint.watchmen.append(hold)
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

    async def left_alone(self, generation_id: str) -> None:
        """Return once no worker has anything to do with a generation."""

        async def works() -> bool:
            return self.workers.works_on(generation_id)

        await self.until(works, lambda working: not working)

    async def kept(self, generation_id: str) -> set[str]:
        """The keys of everything that is stored for a generation."""
        s3 = client("s3", SEAWEEDFS)
        found = await asyncio.to_thread(s3.list_objects_v2, Bucket=self.bucket)
        keys = (one["Key"] for one in found.get("Contents", ()))
        return {key for key in keys if f"/{generation_id}/" in key}

    def record(self, generation_id: str, owner: str | None = None) -> Generation | None:
        """A generation as it is stored."""
        answer = client("dynamodb", DYNAMODB_LOCAL).get_item(
            TableName=self.table,
            Key=generation_key(Owner(owner or self.owner), generation_id),
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def attempts(self, generation_id: str) -> int:
        """How often a worker claimed a generation."""
        record = self.record(generation_id)
        assert record is not None
        return record.fence

    def quota_held(self, generation_id: str) -> int:
        """How many pictures a generation still counts for."""
        record = self.record(generation_id)
        assert record is not None
        return record.quota_held

    def asked_endpoint(self, word: str) -> int:
        """How often the endpoint was asked for something."""
        return sum(word.encode() in knock.body for knock in self.endpoint.passed)

    async def send(self, body: str) -> None:
        """Put a message into the queue by hand."""
        sqs = client("sqs", MINISTACK)
        await asyncio.to_thread(sqs.send_message, QueueUrl=self.queue_url, MessageBody=body)

    async def dead_letters(self) -> list[str]:
        """The bodies of what lies in the dead-letter queue, which stays there."""
        answer = await asyncio.to_thread(
            client("sqs", MINISTACK).receive_message,
            QueueUrl=self.dead_letters_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
        )
        return [message["Body"] for message in answer.get("Messages", ())]

    async def before_work(self, event: Mapping[str, Any]) -> None:
        """Note what a worker is handed, if one starts.

        Raises:
            FunctionFailed: None does.
        """
        for message in event["Records"]:
            self.deliveries.append(message["body"])
            with suppress(NoGeneration):
                ref = messages.read(message["body"])
                record = await asyncio.to_thread(self.record, ref.id, ref.owner)
                if record and self.never_started & set(record.request.prompt.split()):
                    raise FunctionFailed("Runtime exited without providing a reason")

    def _environment(self) -> dict[str, str]:
        """The variables that the deployment sets, and where boto3 finds each service here."""
        return {
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL_DYNAMODB": url_of(DYNAMODB_LOCAL),
            "AWS_ENDPOINT_URL_S3": self.storage.url,
            "AWS_ENDPOINT_URL_SQS": url_of(MINISTACK),
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": self.endpoint.url,
            "AWS_SM_EP": ENDPOINT,
            "OUT_S3_BUCKET_NAME": self.bucket,
            "GENAI_STUDIO_RECORDS_TABLE": self.table,
            "GENAI_STUDIO_QUEUE_URL": self.queue_url,
            "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": self.dead_letters_url,
            "GENAI_STUDIO_SAGEMAKER_MODEL": "builtin-emoji",
            "GENAI_STUDIO_SAGEMAKER_MODE": "streaming",
            "GENAI_STUDIO_APPSYNC_URL": f"{self.publishing.url}/graphql",
            "GENAI_STUDIO_COGNITO_USER_POOL": self.pool.pool_id,
            "GENAI_STUDIO_COGNITO_CLIENT": self.pool.client_id,
            "GENAI_STUDIO_COGNITO_ENDPOINT": self.pool.endpoint,
            "GENAI_STUDIO_DAILY_PICTURES": "500",
        }


@asynccontextmanager
async def running_cloud(directory: Path) -> AsyncIterator[Cloud]:
    """Everything, started and signed in, until the block ends."""
    async with AsyncExitStack() as stack:
        table = stack.enter_context(records_table())
        endpoint_url = await stack.enter_async_context(_endpoint(directory))
        queue_url, dead_letters_url = _queues(pipeline())
        cloud = Cloud(
            table=table,
            queue_url=queue_url,
            dead_letters_url=dead_letters_url,
            bucket=_bucket(),
            pool=a_user_pool(),
            endpoint=await stack.enter_async_context(Gate(endpoint_url).open()),
            storage=await stack.enter_async_context(Gate(url_of(SEAWEEDFS)).open()),
            directory=directory,
        )
        answering = Fleet([])
        cloud.appsync = AppSync(PoolTokens(cloud.pool), answering.invoke)
        served = await stack.enter_async_context(serve(cloud.appsync, directory))
        door = Gate(served.url.removesuffix("/graphql"))
        cloud.publishing = await stack.enter_async_context(door.open())
        sign_in(cloud.pool, USERNAME)  # so that there is somebody to sign in

        concurrency = cloud.pipeline["worker"]["maximumConcurrency"]
        names = ["appsync", "http", "publisher", "sweeper", *["worker"] * concurrency]
        started = await asyncio.gather(
            stack.enter_async_context(AmplifyClient.started(cloud.pool, served)),
            *(
                stack.enter_async_context(Environment(cloud.function(name)).running())
                for name in names
            ),
        )
        cloud.amplify, (api, http, publisher, sweeper, *workers) = started[0], started[1:]
        answering.add(api)
        cloud.http = Fleet([http])
        cloud.workers = Fleet(workers)
        cloud.workers.before = cloud.before_work
        publishers, sweepers = Fleet([publisher]), Fleet([sweeper])
        background = _in_background(
            run_pipe(cloud.pipeline["pipe"], table, queue_url),
            work_off_queue(cloud.pipeline["worker"], queue_url, cloud.workers),
            follow_stream(cloud.pipeline["publisher"], table, publishers, cloud.lost),
            _sweep(cloud.pipeline.sweeps, sweepers),
        )
        cloud.background = await stack.enter_async_context(background)

        signed_in = await cloud.amplify.do("signIn", username=USERNAME, password=PASSWORD)
        assert signed_in["isSignedIn"]
        cloud.owner, cloud.token = signed_in["sub"], signed_in["token"]
        await cloud.amplify.do("subscribe", name="mine", query=operation("generationUpdated"))
        yield cloud


@asynccontextmanager
async def _in_background(
    *work: Coroutine[Any, Any, None],
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Runs what has no end until the block ends."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep(every: float, sweeper: Fleet) -> None:
    while True:
        with suppress(FunctionFailed):  # the next minute tries again
            await sweeper.invoke({"source": "aws.scheduler"})
        await asyncio.sleep(every)


@asynccontextmanager
async def _endpoint(directory: Path) -> AsyncIterator[str]:
    """The serving container, with the model in the box; gives its address."""
    arguments = ["--host", "127.0.0.1", "--port", "0", "--any-port", "--attached", "--slots", "2"]
    with (directory / "endpoint.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "genai_studio.inference", "serve", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            port = json.loads(await process.stdout.readline())["port"]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()
            await process.wait()


def _queues(definition: Pipeline) -> tuple[str, str]:
    """A queue and its dead-letter queue, as they are deployed, but for their pace."""
    sqs = client("sqs", MINISTACK)
    name = f"generations-{uuid.uuid4().hex}"
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
        "maxReceiveCount": definition["queue"]["maxReceiveCount"],
    }
    queue = sqs.create_queue(
        QueueName=name,
        Attributes={
            "VisibilityTimeout": str(round(definition.visibility)),
            "MessageRetentionPeriod": str(definition["queue"]["messageRetentionSeconds"]),
            "RedrivePolicy": json.dumps(redrive),
        },
    )
    return queue["QueueUrl"], dead


def _bucket() -> str:
    name = f"pictures-{uuid.uuid4().hex}"
    client("s3", SEAWEEDFS).create_bucket(Bucket=name)
    return name
