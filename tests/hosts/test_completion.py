"""The completion function over S3, DynamoDB and the serving container, as SageMaker tells it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from genai_studio.bootstrap.aws_async import PREFIXES
from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.hosts.completion import complete, completion_handler
from genai_studio.pictures.store_form import store_form
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import exchange_prefix, receipt_key
from genai_studio.services.collect import LEASE, Collect
from genai_studio.services.relay import Relay
from genai_studio.services.run import Run, RunTiming
from genai_studio.services.start import Start
from genai_studio.services.sweep import Sweep
from tests.builders import BOB, a_generation, a_request, change, submit
from tests.contract.async_endpoint.conftest import SageMakerRig, sagemaker_rig
from tests.fakes.events import FakeEvents
from tests.servers.async_inference import sns_event
from tests.servers.clients import client
from tests.servers.exchange_bucket import ExchangeBucket
from tests.servers.records_table import PublishedRecords, records_table
from tests.servers.seaweedfs import SEAWEEDFS
from tests.serving.live_server import live_server
from tests.serving.toy_catalogue import a_catalogue, a_model

pytestmark = pytest.mark.anyio


@dataclass
class Studio:
    """The asynchronous half of a studio in AWS."""

    rig: SageMakerRig
    records: PublishedRecords
    start: Start
    collect: Collect
    relay: Relay

    @property
    def bucket(self) -> ExchangeBucket:
        return self.rig.bucket

    async def ask(self, **fields: Any) -> Generation:
        """Submit a generation and let a worker ask for it."""
        request = a_request(**({"model": "toy"} | fields))
        queued = await submit(self.records, a_generation(request=request))
        return await self.start.run(queued.ref)

    async def event(self) -> dict[str, Any]:
        """What SageMaker tells next."""
        return await asyncio.to_thread(self.rig.sagemaker.event)

    async def complete(self, event: dict[str, Any]) -> None:
        await complete(self.collect, self.bucket.exchange, event)

    async def stored(self, generation: Generation) -> Generation:
        stored = await self.records.get(generation.owner, generation.id)
        assert stored is not None
        return stored

    async def publish(self) -> None:
        """Let the publisher carry on all that was stored."""
        for one in await self.records.changes(None, 1000):
            await self.relay.carry(one)

    def over(self, exchange: Exchange) -> tuple[Start, Collect]:
        """Worker and completion over another way to the bucket."""
        images, clock = self.bucket.images(self.rig.clock), self.rig.clock
        parts = (self.records, images, self.rig.over(exchange), clock, store_form, PREFIXES)
        return Start(*parts), Collect(*parts)


@pytest.fixture
def studio() -> Iterator[Studio]:
    with sagemaker_rig() as rig, records_table() as table:
        records = PublishedRecords(table)
        images = rig.bucket.images(rig.clock)
        parts = (records, images, rig.endpoint, rig.clock, store_form, PREFIXES)
        relay = Relay(records, images, FakeEvents(), (exchange_prefix,))
        yield Studio(rig, records, Start(*parts), Collect(*parts), relay)


def an_s3_event(bucket: ExchangeBucket, key: str) -> dict[str, Any]:
    s3 = {"bucket": {"name": bucket.name}, "object": {"key": key}}
    return {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}


class TestAnAnswer:
    async def test_it_becomes_a_kept_picture_and_nothing_else_stays(self, studio: Studio) -> None:
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

    async def test_the_record_is_the_one_that_a_waiting_worker_makes(self, studio: Studio) -> None:
        queued = await submit(studio.records, a_generation(request=a_request(model="toy", count=2)))
        with live_server(studio.rig.sagemaker) as url:
            runtime = loopback_client(url, "any")
            endpoint = SageMakerEndpoint(lambda model: runtime, a_catalogue(a_model(streams=False)))
            clock = studio.rig.clock
            images = studio.bucket.images(clock)
            waiting = Run(
                studio.records, images, endpoint, FakeEvents(), clock, store_form, RunTiming()
            )
            waited_for = await waiting.run(queued.ref)

        told = await studio.ask(count=2)
        await studio.complete(await studio.event())
        await studio.complete(await studio.event())
        finished = await studio.stored(told)

        assert comparable(finished) == comparable(waited_for)

    async def test_four_pictures_finish_with_their_last_notice(self, studio: Studio) -> None:
        claimed = await studio.ask(count=4)
        events = [await studio.event() for _ in range(4)]
        await asyncio.gather(*(studio.complete(event) for event in reversed(events)))
        finished = await studio.stored(claimed)
        assert finished.version == claimed.version + 1
        assert [image.seed for image in finished.images] == [7, 8, 9, 10]

    async def test_s3_may_tell_instead_of_sns(self, studio: Studio) -> None:
        claimed = await studio.ask()
        await studio.event()
        key = f"{exchange_prefix(claimed.owner, claimed.id)}1/0.out"
        await studio.complete(an_s3_event(studio.bucket, key))
        assert (await studio.stored(claimed)).status is Status.SUCCEEDED

    async def test_the_handler_runs_call_after_call(self, studio: Studio) -> None:
        claims = [await studio.ask() for _ in range(3)]
        with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
            handler = completion_handler(studio.collect, studio.bucket.exchange, loop)
            for _ in claims:
                event = await studio.event()
                await asyncio.wrap_future(function.submit(handler, event, None))
        for claimed in claims:
            assert (await studio.stored(claimed)).status is Status.SUCCEEDED


def comparable(generation: Generation) -> object:
    """A record without what differs between two generations of the same request."""
    told = [(entry.component, entry.step) for entry in generation.timeline]
    images = tuple(
        replace(image, key="", thumbnail_key="", sha256="", bytes=0) for image in generation.images
    )
    return replace(generation, id="", client_request_id="", images=images, timeline=()), told


class TestFailures:
    @pytest.mark.parametrize(
        ("model", "code", "status", "held"),
        [
            ("failing", FailureCode.ENDPOINT_UNAVAILABLE, Status.QUEUED, 1),
            ("prudish", FailureCode.CONTENT_FILTERED, Status.FAILED, 0),
        ],
    )
    async def test_an_error_notice_is_taken_in_with_its_kind(
        self, studio: Studio, model: str, code: FailureCode, status: Status, held: int
    ) -> None:
        claimed = await studio.ask(model=model)

        await studio.complete(await studio.event())

        after = await studio.stored(claimed)
        assert (after.status, after.failures, after.quota_held) == (status, 1, held)
        assert any(entry.step == f"answered {code}" for entry in after.timeline)
        assert studio.bucket.keys(exchange_prefix(claimed.owner, claimed.id)) == []

    async def test_garbage_is_tried_three_times(self, studio: Studio) -> None:
        claimed = await studio.ask()
        for _ in range(2):
            await studio.complete(await self.garbage(studio, claimed))
            assert (await studio.stored(claimed)).status is Status.QUEUED
            studio.rig.clock.advance(state_machine.BACKOFF[-1])
            claimed = await studio.start.run(claimed.ref)
        await studio.complete(await self.garbage(studio, claimed))

        after = await studio.stored(claimed)
        assert after.status is Status.FAILED
        assert after.failure is not None
        assert after.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE
        await studio.publish()
        assert studio.bucket.keys() == []

    @staticmethod
    async def garbage(studio: Studio, claimed: Generation) -> dict[str, Any]:
        """The notice of an answer that somebody has trodden on."""
        event = await studio.event()
        key = f"{exchange_prefix(claimed.owner, claimed.id)}{claimed.fence}/0.out"
        studio.bucket.write(key, studio.bucket.read(key)[:-100])
        return event


class TestNotices:
    async def test_twice_is_as_good_as_once(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        await studio.complete(event)
        finished = await studio.stored(claimed)
        await studio.publish()

        await studio.complete(event)

        assert await studio.stored(claimed) == finished
        assert len(studio.bucket.keys()) == 2

    async def test_before_the_worker_has_returned_is_early_enough(self, studio: Studio) -> None:
        async def completed_first() -> None:
            await studio.complete(await studio.event())

        start, _ = studio.over(Interrupted(studio.bucket, completed_first))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))

        await start.run(queued.ref)

        finished = await studio.stored(queued)
        assert (finished.status, len(finished.images)) == (Status.SUCCEEDED, 1)
        await studio.publish()
        assert len(studio.bucket.keys()) == 2

    async def test_after_a_cancel_nothing_changes_and_nothing_stays(self, studio: Studio) -> None:
        claimed = await studio.ask()
        canceled = await change(
            studio.records,
            claimed,
            lambda generation: state_machine.cancel(generation, studio.rig.clock.now()),
        )

        await studio.complete(await studio.event())

        assert await studio.stored(claimed) == canceled
        assert studio.bucket.keys() == []

    async def test_a_cancel_leaves_nothing_that_the_endpoint_could_still_read(
        self, studio: Studio
    ) -> None:
        claimed = await studio.ask(model="held")
        await asyncio.to_thread(studio.rig.gate.wait_until_held)
        await change(
            studio.records,
            claimed,
            lambda generation: state_machine.cancel(generation, studio.rig.clock.now()),
        )
        assert len(studio.bucket.keys()) == 2

        await studio.publish()
        assert studio.bucket.keys() == []

        studio.rig.gate.open()
        await studio.complete(await studio.event())
        assert studio.bucket.keys() == []

    async def test_after_a_purge_nothing_stays(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        await studio.records.purge(claimed)
        await studio.complete(event)
        assert studio.bucket.keys() == []

    async def test_of_a_lost_claim_it_changes_nothing_for_the_next_one(
        self, studio: Studio
    ) -> None:
        first = await studio.ask(model="held")
        studio.bucket.delete(receipt_key(first.ref, 1))  # as if its worker had died before
        studio.rig.clock.advance(LEASE)
        second = await studio.start.run(first.ref)
        assert second.fence == 2
        studio.rig.gate.open()

        await studio.complete(await studio.event())

        assert await studio.stored(first) == second
        prefix = exchange_prefix(first.owner, first.id)
        assert studio.bucket.keys(f"{prefix}1/") == []
        await studio.complete(await studio.event())
        finished = await studio.stored(first)
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 2)

    @pytest.mark.parametrize(
        "forge",
        [
            lambda told: told | {"inferenceId": "11111111-2222-3333-4444-555555555555"},
            lambda told: told | {"invocationStatus": "Failed", "inferenceId": "x"},
            lambda told: told | {"requestParameters": {"inputLocation": "s3://elsewhere/async/x"}},
            lambda told: renamed(told, "/1/0.json", "/2/0.json"),
            lambda told: renamed(told, "s3://", "s3://not-"),
            lambda told: renamed(told, "/async/", "/"),
            lambda told: "Please subscribe.",
        ],
    )
    async def test_a_forged_one_changes_nothing(
        self, studio: Studio, forge: Callable[[dict[str, Any]], object]
    ) -> None:
        claimed = await studio.ask(model="held")
        before = studio.bucket.keys()
        await asyncio.to_thread(studio.rig.gate.wait_until_held)

        await studio.complete(sns_event(forge(self.a_result(studio, claimed))))

        assert await studio.stored(claimed) == claimed
        assert studio.bucket.keys() == before

    async def test_one_that_names_another_s_answer_gets_nobody_s_picture(
        self, studio: Studio
    ) -> None:
        bobs = await submit(studio.records, a_generation(BOB, request=a_request(model="toy")))
        await studio.start.run(bobs.ref)
        location = told_in(await studio.event())["responseParameters"]["outputLocation"]
        alices = await studio.ask(model="held")
        studio.bucket.delete(receipt_key(alices.ref, 1))

        forged = self.a_result(studio, alices) | {
            "responseParameters": {"outputLocation": location}
        }
        await studio.complete(sns_event(forged))

        assert await studio.stored(alices) == alices

    @staticmethod
    def a_result(studio: Studio, claimed: Generation) -> dict[str, Any]:
        folder = f"s3://{studio.bucket.name}/{exchange_prefix(claimed.owner, claimed.id)}1"
        return {
            "invocationStatus": "Completed",
            "requestParameters": {
                "endpointName": claimed.request.model,
                "inputLocation": f"{folder}/0.json",
            },
            "responseParameters": {"outputLocation": f"{folder}/0.out"},
            "inferenceId": f"{claimed.id}-1-0",
        }


class TestLostNotices:
    async def test_a_worker_that_the_sweeper_calls_finds_the_answer(self, studio: Studio) -> None:
        claimed = await studio.ask()
        await studio.event()  # and nobody is told
        called = []

        async def call(ref: Any) -> None:
            called.append(ref)

        sweep = Sweep(studio.records, studio.rig.clock, call)
        await sweep.sweep()
        assert called == []

        studio.rig.clock.advance(LEASE)
        await sweep.sweep()
        assert called == [claimed.ref]
        with pytest.raises(ClaimRefused):
            await studio.start.run(claimed.ref)

        finished = await studio.stored(claimed)
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)

    async def test_a_failure_is_found_like_an_answer(self, studio: Studio) -> None:
        claimed = await studio.ask(model="prudish")
        await studio.event()
        studio.rig.clock.advance(LEASE)
        with pytest.raises(ClaimRefused):
            await studio.start.run(claimed.ref)
        after = await studio.stored(claimed)
        assert after.failure is not None
        assert after.failure.code is FailureCode.CONTENT_FILTERED

    async def test_what_the_endpoint_still_works_on_is_waited_for(self, studio: Studio) -> None:
        claimed = await studio.ask(model="held")
        studio.rig.clock.advance(LEASE)
        with pytest.raises(ClaimRefused):
            await studio.start.run(claimed.ref)
        assert (await studio.stored(claimed)).fence == 1

        studio.rig.gate.open()
        await studio.complete(await studio.event())

        assert (await studio.stored(claimed)).status is Status.SUCCEEDED


class TestS3Refuses:
    async def test_to_take_a_request_it_is_tried_again_later(self, studio: Studio) -> None:
        start, _ = studio.over(refusing(studio.bucket))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))

        after = await start.run(queued.ref)

        assert (after.status, after.failures) == (Status.QUEUED, 1)
        assert after.timeline[-1].step == "answered STORAGE_FAILED"
        assert studio.rig.sagemaker.taken == []

    async def test_to_keep_the_receipt_the_notice_is_enough(self, studio: Studio) -> None:
        async def refuse() -> None:
            raise StudioUnavailable("S3 cannot be used: SlowDown.")

        start, _ = studio.over(Interrupted(studio.bucket, refuse))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))
        claimed = await start.run(queued.ref)
        assert claimed.status is Status.RUNNING

        await studio.complete(await studio.event())

        assert (await studio.stored(claimed)).status is Status.SUCCEEDED

    async def test_to_give_the_answer_lambda_is_asked_to_call_again(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        _, collect = studio.over(refusing(studio.bucket))

        with pytest.raises(StudioUnavailable, match="1 notices could not be followed"):
            await complete(collect, studio.bucket.exchange, event)
        assert await studio.stored(claimed) == claimed

        await studio.complete(event)
        assert (await studio.stored(claimed)).status is Status.SUCCEEDED


class Interrupted(Exchange):
    """Does something else before a receipt is kept."""

    def __init__(self, bucket: ExchangeBucket, first: Callable[[], Awaitable[None]]) -> None:
        super().__init__(bucket.s3, bucket.name)
        self._first = first

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        if key.endswith("/receipt"):
            await self._first()
        await super().put(key, data, content_type)


def refusing(bucket: ExchangeBucket) -> Exchange:
    """The bucket with credentials that it does not know."""
    return Exchange(client("s3", SEAWEEDFS, secret_key="not-the-key"), bucket.name)


def told_in(event: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event["Records"][0]["Sns"]["Message"])
    return told


def renamed(told: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The same about a request that lies elsewhere."""
    parameters = told["requestParameters"]
    place = parameters["inputLocation"].replace(old, new)
    return told | {"requestParameters": parameters | {"inputLocation": place}}
