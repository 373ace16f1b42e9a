"""Answers collected: told of once, twice, late, by a stranger, or of what is no image."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import AnswerNotice
from tests.builders import BOB, submit
from tests.fakes.endpoint import images_of
from tests.unit.services.attempt.async_bench import AsyncBench, exchanged
from tests.unit.services.attempt.run_bench import refusal

pytestmark = pytest.mark.anyio


async def test_the_images_are_kept_and_named_by_the_record() -> None:
    bench = AsyncBench(count=2)
    claimed = await bench.start()

    await bench.collect.collect(bench.endpoint.answer(claimed))

    finished = await bench.stored()
    assert (finished.status, finished.fence, finished.quota_held) == (Status.SUCCEEDED, 1, 2)
    prefix = attempt_prefix(claimed.owner, claimed.id, 1)
    assert [image.key for image in finished.images] == [f"{prefix}0.png", f"{prefix}1.png"]
    assert [image.seed for image in finished.images] == [7, 8]
    for image in finished.images:
        assert len(bench.images.objects[image.key]) == image.bytes
        assert image.thumbnail_key in bench.images.objects


async def test_the_timeline_is_that_of_a_worker_that_waited() -> None:
    bench = AsyncBench()
    claimed = await bench.start()
    bench.clock.advance(90)
    await bench.collect.collect(bench.endpoint.answer(claimed))
    timeline = (await bench.stored()).timeline
    assert [(entry.component, entry.step, entry.milliseconds) for entry in timeline] == [
        ("worker", "claimed, attempt 1", 0),
        ("endpoint", "generated 1 of 1", 90_000),
        ("images", "stored 1", 0),
        ("worker", "finished", None),
    ]


async def test_a_later_attempt_counts_its_own_time() -> None:
    bench = AsyncBench()
    first = await bench.start()
    await bench.collect.collect(bench.endpoint.answer(first, refusal(FailureCode.ENDPOINT_TIMEOUT)))
    bench.clock.advance(state_machine.BACKOFF[0])
    second = await bench.worker.process(first.ref)
    bench.clock.advance(5)
    await bench.collect.collect(bench.endpoint.answer(second))
    drew = next(one for one in (await bench.stored()).timeline if one.step.startswith("generated"))
    assert drew.milliseconds == 5_000


async def test_a_notice_that_came_too_early_waits_for_the_rest() -> None:
    bench = AsyncBench(count=2)
    claimed = await bench.start()
    await bench.collect.collect(AnswerNotice(claimed.ref, claimed.fence, 0))
    assert await bench.stored() == claimed


async def test_told_twice_it_is_finished_once() -> None:
    bench = AsyncBench()
    claimed = await bench.start()
    notice = bench.endpoint.answer(claimed)

    await bench.collect.collect(notice)
    finished = await bench.stored()
    await bench.collect.collect(notice)

    assert await bench.stored() == finished
    assert all(image.key in bench.images.objects for image in finished.images)


async def test_told_many_times_at_once_it_is_finished_once() -> None:
    bench = AsyncBench(count=4)
    claimed = await bench.start()
    notice = bench.endpoint.answer(claimed)

    await asyncio.gather(*(bench.collect.collect(notice) for _ in range(10)))

    finished = await bench.stored()
    assert (finished.status, finished.version) == (Status.SUCCEEDED, claimed.version + 1)
    assert all(image.key in bench.images.objects for image in finished.images)


class TestTooLate:
    async def test_after_a_cancel_nothing_changes_and_nothing_stays(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        canceled = state_machine.cancel(claimed, bench.clock.now())
        await bench.records.save(claimed, canceled)

        await bench.collect.collect(bench.endpoint.answer(claimed))

        assert await bench.stored() == canceled
        assert bench.images.objects == {}

    async def test_after_a_purge_nothing_stays(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        await bench.records.purge(claimed)
        await bench.collect.collect(bench.endpoint.answer(claimed))
        assert bench.images.objects == {}

    async def test_another_attempt_s_claim_and_exchange_are_left_alone(self) -> None:
        bench = AsyncBench()
        first = await bench.start()
        bench.endpoint.asked.clear()
        bench.lease_ends()
        second = await bench.worker.process(first.ref)
        bench.exchange(second)

        await bench.collect.collect(bench.endpoint.answer(first))

        assert await bench.stored() == second
        assert list(bench.images.objects) == [f"{exchanged(*_address(second))}0.out"]

    async def test_the_winner_s_images_stay_when_an_older_answer_comes(self) -> None:
        bench = AsyncBench()
        first = await bench.start()
        bench.endpoint.asked.clear()
        bench.lease_ends()
        second = await bench.worker.process(first.ref)
        await bench.collect.collect(bench.endpoint.answer(second))
        finished = await bench.stored()

        await bench.collect.collect(bench.endpoint.answer(first))

        assert await bench.stored() == finished
        kept = {key for image in finished.images for key in (image.key, image.thumbnail_key)}
        assert set(bench.images.objects) == kept

    async def test_of_another_s_generation_nothing_is_touched(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        forged = replace(bench.endpoint.answer(claimed), ref=replace(claimed.ref, owner=BOB))
        await bench.collect.collect(forged)
        assert await bench.stored() == claimed
        assert len(bench.images.objects) == 1


def _address(claimed: Generation) -> tuple[Owner, str, int]:
    return claimed.owner, claimed.id, claimed.fence


class TestRefusals:
    async def test_a_retryable_one_is_tried_three_times(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        for attempt in range(1, 4):
            failure = refusal(FailureCode.ENDPOINT_BAD_RESPONSE)
            await bench.collect.collect(bench.endpoint.answer(claimed, failure))
            after = await bench.stored()
            assert after.failures == attempt
            if attempt < 3:
                assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
                bench.clock.advance(state_machine.BACKOFF[-1])
                claimed = await bench.worker.process(after.ref)
        assert (after.status, after.quota_held) == (Status.FAILED, 0)
        assert after.failure is not None
        assert after.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE

    async def test_a_filtered_image_is_not_tried_again(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        filtered = refusal(FailureCode.CONTENT_FILTERED, retryable=False)
        await bench.collect.collect(bench.endpoint.answer(claimed, filtered))
        after = await bench.stored()
        assert after.status is Status.FAILED
        assert after.failure == filtered.failure

    async def test_what_was_exchanged_for_a_failed_attempt_is_deleted(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        await bench.collect.collect(
            bench.endpoint.answer(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        )
        assert bench.images.objects == {}

    async def test_told_twice_of_a_failure_it_counts_once(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        notice = bench.endpoint.answer(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        await bench.collect.collect(notice)
        once = await bench.stored()
        await bench.collect.collect(notice)
        assert await bench.stored() == once
        assert once.failures == 1

    async def test_too_few_images_are_a_bad_response(self) -> None:
        bench = AsyncBench(count=2)
        claimed = await bench.start()
        one = images_of(replace(claimed.request, count=1))
        await bench.collect.collect(bench.endpoint.answer(claimed, one))
        after = await bench.stored()
        assert after.timeline[-1].step == "answered ENDPOINT_BAD_RESPONSE"
        assert bench.images.objects == {}

    async def test_a_bug_is_masked_and_its_log_quotes_nothing(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = "a prompt that nobody should read"
        bench = AsyncBench()
        claimed = await bench.start()
        with caplog.at_level(logging.DEBUG):
            await bench.collect.collect(bench.endpoint.answer(claimed, ValueError(secret)))
        assert (await bench.stored()).timeline[-1].step == "answered INTERNAL"
        assert "ValueError" in caplog.text
        assert secret not in caplog.text


class TestStoresThatRefuse:
    async def test_answers_that_cannot_be_read_cost_no_attempt(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        notice = bench.endpoint.answer(claimed)
        bench.endpoint.trouble = StudioUnavailable("S3 cannot be used.")

        with pytest.raises(StudioUnavailable):
            await bench.collect.collect(notice)
        assert await bench.stored() == claimed

        bench.endpoint.trouble = None
        await bench.collect.collect(notice)
        assert (await bench.stored()).status is Status.SUCCEEDED

    async def test_images_that_cannot_be_stored_cost_no_attempt(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = AsyncBench(count=2)
        claimed = await bench.start()
        notice = bench.endpoint.answer(claimed)
        put, refused = bench.images.put, True

        async def full(key: str, data: bytes, content_type: str) -> None:
            if refused and key.endswith("1.png"):
                raise StudioUnavailable("S3 cannot be used.")
            await put(key, data, content_type)

        monkeypatch.setattr(bench.images, "put", full)
        with pytest.raises(StudioUnavailable):
            await bench.collect.collect(notice)
        assert await bench.stored() == claimed

        refused = False
        await bench.collect.collect(notice)
        finished = await bench.stored()
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
        assert all(len(bench.images.objects[one.key]) == one.bytes for one in finished.images)


class TestLooking:
    """`AsyncStarter` looks before it claims; here is what it sees."""

    async def test_there_is_nothing_to_see_of_what_waits(self) -> None:
        bench = AsyncBench()
        await submit(bench.records, bench.generation)
        assert not await bench.collect.check_expired(bench.generation.ref)
        assert await bench.stored() == bench.generation

    async def test_a_claim_whose_lease_runs_is_not_looked_at(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.endpoint.answer(claimed)
        assert not await bench.collect.check_expired(claimed.ref)
        assert await bench.stored() == claimed

    async def test_a_notice_on_the_way_of_a_look_does_no_harm(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        notice = bench.endpoint.answer(claimed)
        bench.lease_ends()

        await asyncio.gather(
            bench.collect.check_expired(claimed.ref),
            bench.collect.collect(notice),
            bench.worker.process(claimed.ref),
            return_exceptions=True,
        )

        finished = await bench.stored()
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
        assert len(bench.endpoint.asked) == 1

    async def test_it_waits_lease_after_lease_until_the_deadline(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        deadline = claimed.deadline_at
        assert deadline is not None
        while bench.clock.now() < deadline:
            bench.lease_ends()
            with pytest.raises(ClaimRefused):
                await bench.worker.process(claimed.ref)
        after = state_machine.sweep(await bench.stored(), bench.clock.now())
        assert after is not None
        assert after.failure == state_machine.DEADLINE_FAILURE
