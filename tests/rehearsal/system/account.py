"""An AWS account with what the studio's deployment puts into it."""

from __future__ import annotations

import asyncio
import json
import queue
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genai_studio.aws.user_pool import UserPool
from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.hosts.asgi.uvicorn_server import served
from tests.rehearsal.emulators.aws_lambda import Function
from tests.rehearsal.system.fault_proxy import Gate
from tests.rehearsal.system.pipeline import Pipeline, pipeline
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import PoolTokens
from tests.servers.appsync.execution import Function as AppSyncFunction
from tests.servers.appsync.serving import ServedApi, serve
from tests.servers.async_inference import AsyncInference
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY
from tests.servers.resources.records_table import records_table
from tests.servers.resources.user_pool import a_user_pool

ENDPOINT = "builtin"

Notices = queue.Queue[dict[str, Any]]


@dataclass(frozen=True)
class Account:
    """Its resources.

    Attributes:
        table: Of the records.
        queue_url: Of the generations to be worked on.
        dead_letters_url: Of what nobody could work on.
        bucket: Of the pictures.
        pool: Of the people.
        api: Where AppSync answers.
        endpoint: The door of the SageMaker endpoint.
        storage: The door of S3.
        publishing: The door of AppSync, for functions.
        directory: Logs of the functions, and records of what they asked of AWS.
        mode: How the endpoint is called, as the functions are told.
        notices: What an asynchronous endpoint has told SNS, as Lambda gets it.
    """

    table: str
    queue_url: str
    dead_letters_url: str
    bucket: str
    pool: UserPool
    api: ServedApi
    endpoint: Gate
    storage: Gate
    publishing: Gate
    directory: Path
    mode: str
    notices: Notices
    pipeline: Pipeline = field(default_factory=pipeline)

    def function(self, name: str, *, clock_ahead: float = 0) -> Function:
        """One of the studio's functions, as it is deployed."""
        part = self.pipeline.definition.get(name, {})
        return Function(
            name=name,
            handler=f"genai_studio.hosts.aws.functions.{name}.handler",
            environment=self._environment(),
            timeout=part.get("timeoutSeconds", 30),
            directory=self.directory,
            clock_ahead=clock_ahead,
        )

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
            "GENAI_STUDIO_SAGEMAKER_MODE": self.mode,
            "GENAI_STUDIO_APPSYNC_URL": f"{self.publishing.url}/graphql",
            "GENAI_STUDIO_COGNITO_USER_POOL": self.pool.pool_id,
            "GENAI_STUDIO_COGNITO_CLIENT": self.pool.client_id,
            "GENAI_STUDIO_COGNITO_ENDPOINT": self.pool.endpoint,
            "GENAI_STUDIO_DAILY_IMAGES": "500",
        }


@asynccontextmanager
async def opened_account(
    directory: Path, mode: str, resolver: AppSyncFunction
) -> AsyncIterator[Account]:
    """An account with all of it, until the block ends.

    Args:
        mode: How the endpoint is called: `streaming`, or `async`.
        resolver: The function behind AppSync's fields.
    """
    async with AsyncExitStack() as stack:
        table = stack.enter_context(records_table())
        pool, bucket, notices = a_user_pool(), _bucket(), Notices()
        answering = _asynchronous(bucket, notices) if mode == "async" else _endpoint(directory)
        api = await stack.enter_async_context(serve(AppSync(PoolTokens(pool), resolver), directory))
        doors = (
            await stack.enter_async_context(answering),
            url_of(SEAWEEDFS),
            api.url.removesuffix("/graphql"),
        )
        endpoint, storage, publishing = [
            await stack.enter_async_context(Gate(door).open()) for door in doors
        ]
        queue_url, dead_letters_url = _queues(pipeline())
        yield Account(
            table,
            queue_url,
            dead_letters_url,
            bucket,
            pool,
            api,
            endpoint,
            storage,
            publishing,
            directory,
            mode,
            notices,
        )


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


@asynccontextmanager
async def _asynchronous(bucket: str, notices: Notices) -> AsyncIterator[str]:
    """SageMaker's asynchronous inference around the same model; gives its address."""
    models = ModelRegistry(ServedModel(ENDPOINT, BuiltinPipeline.load))
    s3 = client("s3", SEAWEEDFS)
    async with served(AsyncInference(models, s3, bucket, events=notices)) as address:
        yield f"http://{address}"


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
