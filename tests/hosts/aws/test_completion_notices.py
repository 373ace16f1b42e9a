"""Notices of SageMaker: doubled, late, early, lost, foreign and forged."""

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
from genai_studio.services.attempt.async_collect import LEASE
from genai_studio.services.sweep import Sweep
from tests.builders import BOB, a_generation, a_request, change, submit
from tests.hosts.aws.support.completion_bench import Interrupted, Studio, completion_studio
from tests.servers.async_inference import sns_event

pytestmark = pytest.mark.anyio


@pytest.fixture
def studio() -> Iterator[Studio]:
    with completion_studio() as made:
        yield made


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
        # Which of the two is answered first is left to the endpoint.
        notices = [await studio.event() for _ in range(2)]
        of_first, of_second = sorted(notices, key=lambda event: told_in(event)["inferenceId"])

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

    async def test_one_that_names_another_s_answer_gets_nobody_s_image(
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


def told_in(event: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event["Records"][0]["Sns"]["Message"])
    return told


def renamed(told: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The same about a request that lies elsewhere."""
    parameters = told["requestParameters"]
    place = parameters["inputLocation"].replace(old, new)
    return told | {"requestParameters": parameters | {"inputLocation": place}}
