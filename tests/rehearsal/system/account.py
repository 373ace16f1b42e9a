"""An emulated AWS account with the resources of a deployed studio."""

from __future__ import annotations

import asyncio
import json
import queue
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genai_studio.aws.user_pool import UserPool
from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.hosts.asgi.uvicorn_server import served
from tests.rehearsal.emulators.aws_lambda import Function
from tests.rehearsal.system.fault_proxy import FaultProxy
from tests.rehearsal.system.pipeline import Pipeline, pipeline
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import PoolTokens, Signatures
from tests.servers.appsync.execution import Function as AppSyncFunction
from tests.servers.appsync.serving import ServedApi, serve
from tests.servers.async_inference import AsyncInference
from tests.servers.bedrock import Bedrock
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY
from tests.servers.resources.records_table import records_table
from tests.servers.resources.signing_key import a_signing_key
from tests.servers.resources.user_pool import a_user_pool

ENDPOINT = "builtin"
BEDROCK_MODEL = "stability.sd3-5-large-v1:0"

Notifications = queue.Queue[dict[str, Any]]


@dataclass(frozen=True)
class Account:
    """The resources of the account.

    Attributes:
        table: Name of the records table.
        queue_url: URL of the work queue.
        dead_letter_queue_url: URL of the dead-letter queue.
        bucket: Name of the image bucket.
        pool: The user pool.
        api: The addresses of AppSync.
        endpoint: Proxy in front of the SageMaker endpoint or of Bedrock.
        storage: Proxy in front of S3.
        publishing: Proxy in front of AppSync, used by the functions.
        directory: Directory of the functions' logs and recorded AWS operations.
        mode: Invocation mode of the endpoint (`GENAI_STUDIO_SAGEMAKER_MODE`), or `bedrock`.
        notifications: SNS events of an asynchronous endpoint, as Lambda receives them.
        appsync: The AppSync API.
        signing_key: ARN of the KMS key that signs images.
        region: Region of the account.
        overrides: Environment variables of the functions that replace the default ones. An
            empty value removes the variable.
    """

    table: str
    queue_url: str
    dead_letter_queue_url: str
    bucket: str
    pool: UserPool
    api: ServedApi
    endpoint: FaultProxy
    storage: FaultProxy
    publishing: FaultProxy
    directory: Path
    mode: str
    notifications: Notifications
    appsync: AppSync
    signing_key: str
    region: str = REGION
    overrides: Mapping[str, str] = field(default_factory=dict)
    pipeline: Pipeline = field(default_factory=pipeline)

    def function(self, name: str, *, clock_ahead: float = 0) -> Function:
        """Return one of the studio's functions with its deployed settings."""
        settings = self.pipeline.definition.get(name, {})
        return Function(
            name=name,
            handler=f"genai_studio.hosts.aws.functions.{name}.handler",
            environment={
                name: value
                for name, value in (self._environment() | dict(self.overrides)).items()
                if value
            },
            timeout=settings.get("timeoutSeconds", 30),
            directory=self.directory,
            clock_ahead=clock_ahead,
        )

    def _environment(self) -> dict[str, str]:
        """Return the variables of the deployment, and the local endpoint URLs for boto3."""
        return {
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL_DYNAMODB": url_of(DYNAMODB_LOCAL),
            "AWS_ENDPOINT_URL_S3": self.storage.url,
            "AWS_ENDPOINT_URL_SQS": url_of(MINISTACK),
            "AWS_ENDPOINT_URL_KMS": url_of(MINISTACK),
            **self._endpoint_environment(),
            "OUT_S3_BUCKET_NAME": self.bucket,
            "GENAI_STUDIO_RECORDS_TABLE": self.table,
            "GENAI_STUDIO_QUEUE_URL": self.queue_url,
            "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": self.dead_letter_queue_url,
            "GENAI_STUDIO_APPSYNC_URL": f"{self.publishing.url}/graphql",
            "GENAI_STUDIO_COGNITO_USER_POOL": self.pool.pool_id,
            "GENAI_STUDIO_COGNITO_CLIENT": self.pool.client_id,
            "GENAI_STUDIO_COGNITO_ENDPOINT": self.pool.endpoint,
            "GENAI_STUDIO_SIGNING_KEY": self.signing_key,
            "GENAI_STUDIO_DAILY_IMAGES": "500",
        }

    def _endpoint_environment(self) -> dict[str, str]:
        if self.mode == "bedrock":
            return {
                "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.endpoint.url,
                "GENAI_STUDIO_BEDROCK_MODEL": BEDROCK_MODEL,
                "GENAI_STUDIO_BEDROCK_REGION": "us-west-2",
            }
        return {
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": self.endpoint.url,
            "AWS_SM_EP": ENDPOINT,
            "GENAI_STUDIO_SAGEMAKER_MODEL": "builtin-emoji",
            "GENAI_STUDIO_SAGEMAKER_MODE": self.mode,
        }


@asynccontextmanager
async def opened_account(
    directory: Path, mode: str, resolver: AppSyncFunction, region: str = REGION
) -> AsyncIterator[Account]:
    """Create all resources of an account, and delete them when the block ends.

    Args:
        mode: Invocation mode of the endpoint: `streaming` or `async`; or `bedrock`.
        resolver: Invokes the functions that resolve AppSync's root fields.
    """
    async with AsyncExitStack() as stack:
        table = stack.enter_context(records_table())
        _put_outdated_term(table)
        pool, bucket, notifications = a_user_pool(region), _create_bucket(), Notifications()
        inference = _inference(mode, directory, bucket, notifications)
        appsync = AppSync(PoolTokens(pool), resolver, Signatures(region=region))
        api = await stack.enter_async_context(serve(appsync, directory))
        upstreams = (
            await stack.enter_async_context(inference),
            url_of(SEAWEEDFS),
            api.url.removesuffix("/graphql"),
        )
        endpoint, storage, publishing = [
            await stack.enter_async_context(FaultProxy(upstream).running())
            for upstream in upstreams
        ]
        queue_url, dead_letter_queue_url = _create_queues(pipeline(), region)
        yield Account(
            table,
            queue_url,
            dead_letter_queue_url,
            bucket,
            pool,
            api,
            endpoint,
            storage,
            publishing,
            directory,
            mode,
            notifications,
            appsync,
            a_signing_key(region),
            region,
        )


def _inference(
    mode: str, directory: Path, bucket: str, notifications: Notifications
) -> AbstractAsyncContextManager[str]:
    match mode:
        case "async":
            return _asynchronous_endpoint(bucket, notifications)
        case "bedrock":
            return _bedrock()
        case _:
            return _container(directory)


@asynccontextmanager
async def _container(directory: Path) -> AsyncIterator[str]:
    """Run the serving container's application with the built-in model, and yield its URL."""
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
async def _asynchronous_endpoint(bucket: str, notifications: Notifications) -> AsyncIterator[str]:
    """Serve the same model by SageMaker asynchronous inference, and yield the URL."""
    models = ModelRegistry(ServedModel(ENDPOINT, BuiltinPipeline.load))
    s3 = client("s3", SEAWEEDFS)
    async with served(AsyncInference(models, s3, bucket, events=notifications)) as address:
        yield f"http://{address}"


@asynccontextmanager
async def _bedrock() -> AsyncIterator[str]:
    """Serve the same model as one in Amazon Bedrock, and yield the URL."""
    models = ModelRegistry(ServedModel(BEDROCK_MODEL, BuiltinPipeline.load))
    async with served(Bedrock(create_app(models), side=128)) as address:
        yield f"http://{address}"


def _create_queues(definition: Pipeline, region: str) -> tuple[str, str]:
    """Create the work queue and its dead-letter queue, and return their URLs."""
    sqs = client("sqs", MINISTACK, region=region)
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
            "VisibilityTimeout": str(round(definition.visibility_timeout)),
            "MessageRetentionPeriod": str(definition["queue"]["messageRetentionSeconds"]),
            "RedrivePolicy": json.dumps(redrive),
        },
    )
    return queue["QueueUrl"], dead


def _put_outdated_term(table: str) -> None:
    """Store a search term of an earlier release, which the first sweep deletes."""
    client("dynamodb", DYNAMODB_LOCAL).put_item(
        TableName=table, Item={"pk": {"S": "earlier"}, "sk": {"S": "term#apple#1"}}
    )


def _create_bucket() -> str:
    name = f"images-{uuid.uuid4().hex}"
    client("s3", SEAWEEDFS).create_bucket(Bucket=name)
    return name
