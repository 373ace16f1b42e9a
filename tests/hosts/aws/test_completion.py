"""The completion function with real stores, the serving container and SageMaker's events."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from genai_studio.domain import state_machine
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.hosts.aws.completion import complete, completion_handler
from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.imaging.encode_image import encode_image
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import exchange_prefix
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from tests.builders import a_generation, a_request, submit
from tests.fakes.events import FakeEvents
from tests.hosts.aws.support.async_studio import ExchangeWithHook, Studio, async_studio
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.exchange_bucket import ExchangeBucket
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model

pytestmark = pytest.mark.anyio


@pytest.fixture
def studio() -> Iterator[Studio]:
    with async_studio() as created:
        yield created


def an_s3_event(bucket: ExchangeBucket, key: str) -> dict[str, Any]:
    s3 = {"bucket": {"name": bucket.name}, "object": {"key": key}}
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}


class TestResponses:
    async def test_response_becomes_stored_image_and_exchange_is_deleted(
        self, studio: Studio
    ) -> None:
        claimed = await studio.ask(width=72)

        await studio.complete(await studio.event())

        finished = await studio.stored(claimed)
        assert (finished.status, finished.fence, finished.quota_held) == (Status.SUCCEEDED, 1, 1)
        (image,) = finished.images
        png = studio.bucket.read(image.key)
        assert hashlib.sha256(png).hexdigest() == image.sha256
        assert Image.open(BytesIO(png)).size == (72, 64)
        assert Image.open(BytesIO(studio.bucket.read(image.thumbnail_key))).format == "WEBP"
        await studio.publish()
        assert set(studio.bucket.keys()) == {image.key, image.thumbnail_key}

    async def test_record_equals_that_of_synchronous_worker(self, studio: Studio) -> None:
        queued = await submit(studio.records, a_generation(request=a_request(model="toy", count=2)))
        with live_server(studio.rig.sagemaker) as url:
            runtime = loopback_client(url, "any")
            endpoint = SageMakerEndpoint(lambda model: runtime, a_catalog(a_model(streams=False)))
            clock = studio.rig.clock
            images = studio.bucket.images(clock)
            waiting = SyncRunner(
                studio.records,
                images,
                endpoint,
                FakeEvents(),
                clock,
                encode_image,
                prepare_edit,
                LeaseTiming(),
            )
            waited_for = await waiting.process(queued.ref)

        asked = await studio.ask(count=2)
        await studio.complete(await studio.event())
        await studio.complete(await studio.event())
        finished = await studio.stored(asked)

        assert comparable(finished) == comparable(waited_for)

    async def test_four_images_finish_with_last_notice(self, studio: Studio) -> None:
        claimed = await studio.ask(count=4)
        events = [await studio.event() for _ in range(4)]
        await asyncio.gather(*(studio.complete(event) for event in reversed(events)))
        finished = await studio.stored(claimed)
        assert finished.version == claimed.version + 1
        assert [image.seed for image in finished.images] == [7, 8, 9, 10]

    async def test_s3_event_replaces_sns_notification(self, studio: Studio) -> None:
        claimed = await studio.ask()
        await studio.event()
        key = f"{exchange_prefix(claimed.owner, claimed.id)}1/0.out"
        await studio.complete(an_s3_event(studio.bucket, key))
        assert (await studio.stored(claimed)).status is Status.SUCCEEDED

    async def test_handler_supports_repeated_calls(self, studio: Studio) -> None:
        claims = [await studio.ask() for _ in range(3)]
        with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
            handler = completion_handler(studio.collect, studio.bucket.exchange, loop)
            for _ in claims:
                event = await studio.event()
                await asyncio.wrap_future(function.submit(handler, event, None))
        for claimed in claims:
            assert (await studio.stored(claimed)).status is Status.SUCCEEDED


def comparable(generation: Generation) -> object:
    """Return the parts of a record that are equal for equal requests."""
    steps = [(entry.component, entry.step) for entry in generation.timeline]
    images = tuple(
        replace(image, key="", thumbnail_key="", sha256="", bytes=0) for image in generation.images
    )
    return replace(generation, id="", client_request_id="", images=images, timeline=()), steps


class TestFailures:
    @pytest.mark.parametrize(
        ("model", "code", "status", "held"),
        [
            ("failing", FailureCode.ENDPOINT_UNAVAILABLE, Status.QUEUED, 1),
            ("filtered", FailureCode.CONTENT_FILTERED, Status.FAILED, 0),
        ],
    )
    async def test_failure_notice_fails_attempt_with_its_code(
        self, studio: Studio, model: str, code: FailureCode, status: Status, held: int
    ) -> None:
        claimed = await studio.ask(model=model)

        await studio.complete(await studio.event())

        after = await studio.stored(claimed)
        assert (after.status, after.failures, after.quota_held) == (status, 1, held)
        assert any(entry.step == f"answered {code}" for entry in after.timeline)
        assert studio.bucket.keys(exchange_prefix(claimed.owner, claimed.id)) == []

    async def test_invalid_response_is_retried_three_times(self, studio: Studio) -> None:
        claimed = await studio.ask()
        for _ in range(2):
            await studio.complete(await self.garbage(studio, claimed))
            assert (await studio.stored(claimed)).status is Status.QUEUED
            studio.rig.clock.advance(state_machine.BACKOFF[-1])
            claimed = await studio.start.process(claimed.ref)
        await studio.complete(await self.garbage(studio, claimed))

        after = await studio.stored(claimed)
        assert after.status is Status.FAILED
        assert after.failure is not None
        assert after.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE
        await studio.publish()
        assert studio.bucket.keys() == []

    @staticmethod
    async def garbage(studio: Studio, claimed: Generation) -> dict[str, Any]:
        """Truncate the response and return its notification."""
        event = await studio.event()
        key = f"{exchange_prefix(claimed.owner, claimed.id)}{claimed.fence}/0.out"
        studio.bucket.write(key, studio.bucket.read(key)[:-100])
        return event


class TestS3Outage:
    async def test_failed_request_upload_is_retried_later(self, studio: Studio) -> None:
        start, _ = studio.over(with_invalid_credentials(studio.bucket))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))

        after = await start.process(queued.ref)

        assert (after.status, after.failures) == (Status.QUEUED, 1)
        assert after.timeline[-1].step.startswith("not stored, attempt 1: ")
        assert studio.rig.sagemaker.accepted == []

    async def test_notice_suffices_without_receipt(self, studio: Studio) -> None:
        async def fail() -> None:
            raise StudioUnavailable("S3 is unavailable: SlowDown.")

        start, _ = studio.over(ExchangeWithHook(studio.bucket, fail))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))
        claimed = await start.process(queued.ref)
        assert claimed.status is Status.RUNNING

        await studio.complete(await studio.event())

        assert (await studio.stored(claimed)).status is Status.SUCCEEDED

    async def test_failed_download_raises_so_that_lambda_retries(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        _, collect = studio.over(with_invalid_credentials(studio.bucket))

        with pytest.raises(StudioUnavailable, match="1 notices could not be processed"):
            await complete(collect, studio.bucket.exchange, event)
        assert await studio.stored(claimed) == claimed

        await studio.complete(event)
        assert (await studio.stored(claimed)).status is Status.SUCCEEDED


def with_invalid_credentials(bucket: ExchangeBucket) -> Exchange:
    """Return an exchange with invalid credentials."""
    return Exchange(client("s3", SEAWEEDFS, secret_key="not-the-key"), bucket.name)
