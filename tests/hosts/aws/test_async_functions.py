"""Worker, completion, publisher and sweeper with an asynchronous endpoint.

Each invocation starts a new process, like a cold start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from genai_studio.aws.content_credentials import PREFIX as CERTIFICATES
from genai_studio.bootstrap.aws import completion_parts, sweeper_parts, worker_parts
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation, Status
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.sagemaker.exchange_keys import PREFIX
from genai_studio.settings import Settings, read_settings
from genai_studio.system_clock import SystemClock
from tests.builders import a_generation, a_request, change, submit
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.aws.support.lambda_function import invoke, loopback
from tests.hosts.aws.test_function_settings import ANY
from tests.hosts.aws.test_functions import ENDPOINT, SD21, recording_appsync
from tests.hosts.aws.test_publisher import stream_event
from tests.servers.async_inference import AsyncInference
from tests.servers.processes.server import ACCESS_KEY, SECRET_KEY
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.servers.resources.records_table import PublishedRecords, records_table
from tests.servers.resources.signing_key import a_signing_key
from tests.servers.resources.work_queue import WorkQueue, work_queue
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Account:
    """An account on local emulators."""

    records: PublishedRecords
    bucket: ExchangeBucket
    sagemaker: AsyncInference
    work_queue: WorkQueue
    environment: Mapping[str, str]

    async def started(self) -> Generation:
        """Submit a generation and let the worker function start it."""
        request = a_request(model=SD21, width=256, height=256, steps=2)
        queued = await submit(self.records, a_generation(at=SystemClock().now(), request=request))
        self.work_queue.put(queued.ref)
        await self.work()
        return await self.stored(queued)

    async def work(self) -> None:
        result = await invoke("worker", self.work_queue.receive(), self.environment)
        assert result == {"batchItemFailures": []}

    async def event(self) -> dict[str, Any]:
        return await asyncio.to_thread(self.sagemaker.event)

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found


@pytest.fixture
def account() -> Iterator[Account]:
    with ExitStack() as stack:
        bucket = stack.enter_context(exchange_bucket())
        models = ModelRegistry(ServedModel(ENDPOINT, ToyPipeline))
        sagemaker = AsyncInference(models, bucket.s3, bucket.name)
        table = stack.enter_context(records_table())
        queue = stack.enter_context(work_queue())
        environment = {
            **loopback(),
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": stack.enter_context(live_server(sagemaker)),
            "AWS_SM_EP": ENDPOINT,
            "OUT_S3_BUCKET_NAME": bucket.name,
            "GENAI_STUDIO_SAGEMAKER_MODE": "async",
            "GENAI_STUDIO_RECORDS_TABLE": table,
            "GENAI_STUDIO_QUEUE_URL": queue.url,
            "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": queue.dead_url,
            "GENAI_STUDIO_SIGNING_KEY": a_signing_key(),
        }
        yield Account(PublishedRecords(table), bucket, sagemaker, queue, environment)


async def test_worker_starts_and_completion_finishes_generation(account: Account) -> None:
    started = await account.started()
    assert (started.status, started.images) == (Status.RUNNING, ())

    assert await invoke("completion", await account.event(), account.environment) is None

    finished = await account.stored(started)
    assert finished.status is Status.SUCCEEDED, finished.failure
    (image,) = finished.images
    image_file = Image.open(BytesIO(account.bucket.read(image.key)))
    assert (image_file.format, image_file.size) == ("PNG", (256, 256))


async def test_publisher_deletes_exchange_objects(account: Account) -> None:
    await account.started()
    await invoke("completion", await account.event(), account.environment)
    assert len(account.bucket.keys(PREFIX)) == 3

    async with served(recording_appsync([]).app) as address:
        environment = dict(account.environment) | {
            "GENAI_STUDIO_APPSYNC_URL": f"http://{address}/graphql"
        }
        table = environment["GENAI_STUDIO_RECORDS_TABLE"]
        await invoke("publisher", stream_event(table), environment)

    assert account.bucket.keys(PREFIX) == []
    assert len(set(account.bucket.keys()) - set(account.bucket.keys(CERTIFICATES))) == 2


async def test_sweeper_calls_worker_after_lost_notice(
    account: Account,
) -> None:
    started = await account.started()
    await account.event()
    ended = SystemClock().now() - timedelta(seconds=1)
    await change(
        account.records,
        started,
        lambda it: replace(it, version=it.version + 1, lease_expires_at=ended),
    )

    await invoke("sweeper", {}, account.environment, seconds=55)
    await account.work()

    finished = await account.stored(started)
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1), finished.failure


NEEDED: dict[Callable[[Settings], object], tuple[str, ...]] = {
    worker_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_QUEUE_URL",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    completion_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    sweeper_parts: (
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL",
        "GENAI_STUDIO_QUEUE_URL",
    ),
}
"""The differences to a real-time endpoint: the worker publishes nothing to AppSync, and
the sweeper sends messages to the worker."""


@pytest.mark.parametrize("wire", NEEDED)
def test_missing_variable_is_named(
    wire: Callable[[Settings], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    whole = {name: ANY[name] for name in ("AWS_REGION", *NEEDED[wire])}
    mode = {"GENAI_STUDIO_SAGEMAKER_MODE": "async"}
    wire(read_settings(mode | whole))

    for missing in whole:
        without = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(StudioUnavailable, match=missing):
            wire(read_settings(mode | without))
