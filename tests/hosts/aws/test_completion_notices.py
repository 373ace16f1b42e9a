"""Notifications of SageMaker: duplicate, late, early, lost, foreign and forged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.sagemaker.exchange_keys import exchange_prefix, receipt_key
from genai_studio.services.attempt.async_collector import LEASE
from genai_studio.services.sweep import Sweep
from tests.builders import BOB, a_generation, a_request, change, submit
from tests.hosts.aws.support.async_studio import ExchangeWithHook, Studio, async_studio
from tests.servers.async_inference import sns_event

pytestmark = pytest.mark.anyio


@pytest.fixture
def studio() -> Iterator[Studio]:
    with async_studio() as created:
        yield created


class TestNotices:
    async def test_duplicate_notice_changes_nothing(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        await studio.complete(event)
        finished = await studio.stored(claimed)
        await studio.publish()

        await studio.complete(event)

        assert await studio.stored(claimed) == finished
        assert len(studio.bucket.keys()) == 2

    async def test_notice_before_receipt_finishes_generation(self, studio: Studio) -> None:
        async def completed_first() -> None:
            await studio.complete(await studio.event())

        start, _ = studio.over(ExchangeWithHook(studio.bucket, completed_first))
        queued = await submit(studio.records, a_generation(request=a_request(model="toy")))

        await start.process(queued.ref)

        finished = await studio.stored(queued)
        assert (finished.status, len(finished.images)) == (Status.SUCCEEDED, 1)
        await studio.publish()
        assert len(studio.bucket.keys()) == 2

    async def test_notice_after_cancellation_deletes_exchange(self, studio: Studio) -> None:
        claimed = await studio.ask()
        canceled = await change(
            studio.records,
            claimed,
            lambda generation: state_machine.cancel(generation, studio.rig.clock.now()),
        )

        await studio.complete(await studio.event())

        assert await studio.stored(claimed) == canceled
        assert studio.bucket.keys() == []

    async def test_cancellation_deletes_requests_and_late_responses(self, studio: Studio) -> None:
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

    async def test_notice_after_purge_deletes_exchange(self, studio: Studio) -> None:
        claimed = await studio.ask()
        event = await studio.event()
        await studio.records.purge(claimed)
        await studio.complete(event)
        assert studio.bucket.keys() == []

    async def test_notice_of_lost_claim_does_not_affect_next_claim(self, studio: Studio) -> None:
        first = await studio.ask(model="held")
        studio.bucket.delete(receipt_key(first.ref, 1))  # As if its worker had died earlier.
        studio.rig.clock.advance(LEASE)
        second = await studio.start.process(first.ref)
        assert second.fence == 2
        studio.rig.gate.open()
        # The endpoint may respond to the two in any order.
        notices = [await studio.event() for _ in range(2)]
        of_first, of_second = sorted(notices, key=lambda event: sns_message(event)["inferenceId"])

        await studio.complete(of_first)

        assert await studio.stored(first) == second
        prefix = exchange_prefix(first.owner, first.id)
        assert studio.bucket.keys(f"{prefix}1/") == []
        await studio.complete(of_second)
        finished = await studio.stored(first)
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 2)

    @pytest.mark.parametrize(
        "forge",
        [
            lambda message: message | {"inferenceId": "11111111-2222-3333-4444-555555555555"},
            lambda message: message | {"invocationStatus": "Failed", "inferenceId": "x"},
            lambda message: (
                message | {"requestParameters": {"inputLocation": "s3://elsewhere/async/x"}}
            ),
            lambda message: moved(message, "/1/0.json", "/2/0.json"),
            lambda message: moved(message, "s3://", "s3://not-"),
            lambda message: moved(message, "/async/", "/"),
            lambda message: "Please subscribe.",
        ],
    )
    async def test_forged_notice_changes_nothing(
        self, studio: Studio, forge: Callable[[dict[str, Any]], object]
    ) -> None:
        claimed = await studio.ask(model="held")
        before = studio.bucket.keys()
        await asyncio.to_thread(studio.rig.gate.wait_until_held)

        await studio.complete(sns_event(forge(self.a_result(studio, claimed))))

        assert await studio.stored(claimed) == claimed
        assert studio.bucket.keys() == before

    async def test_notice_with_foreign_location_is_ignored(self, studio: Studio) -> None:
        bobs = await submit(studio.records, a_generation(BOB, request=a_request(model="toy")))
        await studio.start.process(bobs.ref)
        location = sns_message(await studio.event())["responseParameters"]["outputLocation"]
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
    async def test_worker_finds_response_after_lease_ends(self, studio: Studio) -> None:
        claimed = await studio.ask()
        await studio.event()  # The message is lost.
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
            await studio.start.process(claimed.ref)

        finished = await studio.stored(claimed)
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)

    async def test_worker_finds_failure_after_lease_ends(self, studio: Studio) -> None:
        claimed = await studio.ask(model="filtered")
        await studio.event()
        studio.rig.clock.advance(LEASE)
        with pytest.raises(ClaimRefused):
            await studio.start.process(claimed.ref)
        after = await studio.stored(claimed)
        assert after.failure is not None
        assert after.failure.code is FailureCode.CONTENT_FILTERED

    async def test_pending_request_keeps_its_claim(self, studio: Studio) -> None:
        claimed = await studio.ask(model="held")
        studio.rig.clock.advance(LEASE)
        with pytest.raises(ClaimRefused):
            await studio.start.process(claimed.ref)
        assert (await studio.stored(claimed)).fence == 1

        studio.rig.gate.open()
        await studio.complete(await studio.event())

        assert (await studio.stored(claimed)).status is Status.SUCCEEDED


def sns_message(event: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(event["Records"][0]["Sns"]["Message"])
    return message


def moved(message: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return the message with another input location."""
    parameters = message["requestParameters"]
    location = parameters["inputLocation"].replace(old, new)
    return message | {"requestParameters": parameters | {"inputLocation": location}}
