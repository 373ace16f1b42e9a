"""Collection of asynchronous results after valid, duplicate, late and forged notices."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, StudioUnavailable, UnknownModel
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import AnswerNotice
from tests.builders import BOB, submit
from tests.fakes.endpoint import images_of
from tests.unit.services.attempt.async_harness import AsyncHarness, exchanged
from tests.unit.services.attempt.runner_harness import refusal

pytestmark = pytest.mark.anyio


async def test_the_images_are_stored_and_recorded() -> None:
    harness = AsyncHarness(count=2)
    claimed = await harness.start()

    await harness.collector.collect(harness.endpoint.store_result(claimed))

    finished = await harness.stored()
    assert (finished.status, finished.fence, finished.quota_held) == (Status.SUCCEEDED, 1, 2)
    prefix = attempt_prefix(claimed.owner, claimed.id, 1)
    assert [image.key for image in finished.images] == [f"{prefix}0.png", f"{prefix}1.png"]
    assert [image.seed for image in finished.images] == [7, 8]
    for image in finished.images:
        assert len(harness.images.objects[image.key]) == image.bytes
        assert image.thumbnail_key in harness.images.objects


async def test_the_timeline_equals_that_of_a_synchronous_attempt() -> None:
    harness = AsyncHarness()
    claimed = await harness.start()
    harness.clock.advance(90)
    await harness.collector.collect(harness.endpoint.store_result(claimed))
    timeline = (await harness.stored()).timeline
    assert [(entry.component, entry.step, entry.milliseconds) for entry in timeline] == [
        ("worker", "claimed, attempt 1", 0),
        ("endpoint", "generated 1 of 1", 90_000),
        ("images", "stored 1", 0),
        ("worker", "finished", None),
    ]


async def test_the_duration_counts_from_the_last_claim() -> None:
    harness = AsyncHarness()
    first = await harness.start()
    await harness.collector.collect(
        harness.endpoint.store_result(first, refusal(FailureCode.ENDPOINT_TIMEOUT))
    )
    harness.clock.advance(state_machine.BACKOFF[0])
    second = await harness.worker.process(first.ref)
    harness.clock.advance(5)
    await harness.collector.collect(harness.endpoint.store_result(second))
    generated = next(
        one for one in (await harness.stored()).timeline if one.step.startswith("generated")
    )
    assert generated.milliseconds == 5_000


async def test_an_early_notice_waits_for_the_other_images() -> None:
    harness = AsyncHarness(count=2)
    claimed = await harness.start()
    await harness.collector.collect(AnswerNotice(claimed.ref, claimed.fence, 0))
    assert await harness.stored() == claimed


async def test_a_duplicate_notice_finishes_once() -> None:
    harness = AsyncHarness()
    claimed = await harness.start()
    notice = harness.endpoint.store_result(claimed)

    await harness.collector.collect(notice)
    finished = await harness.stored()
    await harness.collector.collect(notice)

    assert await harness.stored() == finished
    assert all(image.key in harness.images.objects for image in finished.images)


async def test_concurrent_notices_finish_once() -> None:
    harness = AsyncHarness(count=4)
    claimed = await harness.start()
    notice = harness.endpoint.store_result(claimed)

    await asyncio.gather(*(harness.collector.collect(notice) for _ in range(10)))

    finished = await harness.stored()
    assert (finished.status, finished.version) == (Status.SUCCEEDED, claimed.version + 1)
    assert all(image.key in harness.images.objects for image in finished.images)


class TestLateNotice:
    async def test_after_a_cancellation_its_objects_are_deleted(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        canceled = state_machine.cancel(claimed, harness.clock.now())
        await harness.records.save(claimed, canceled)

        await harness.collector.collect(harness.endpoint.store_result(claimed))

        assert await harness.stored() == canceled
        assert harness.images.objects == {}

    async def test_after_a_purge_its_objects_are_deleted(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        await harness.records.purge(claimed)
        await harness.collector.collect(harness.endpoint.store_result(claimed))
        assert harness.images.objects == {}

    async def test_the_objects_of_another_attempt_are_kept(self) -> None:
        harness = AsyncHarness()
        first = await harness.start()
        harness.endpoint.started_claims.clear()
        harness.lease_ends()
        second = await harness.worker.process(first.ref)
        harness.exchange(second)

        await harness.collector.collect(harness.endpoint.store_result(first))

        assert await harness.stored() == second
        assert list(harness.images.objects) == [f"{exchanged(*_address(second))}0.out"]

    async def test_the_images_of_the_finished_attempt_are_kept(self) -> None:
        harness = AsyncHarness()
        first = await harness.start()
        harness.endpoint.started_claims.clear()
        harness.lease_ends()
        second = await harness.worker.process(first.ref)
        await harness.collector.collect(harness.endpoint.store_result(second))
        finished = await harness.stored()

        await harness.collector.collect(harness.endpoint.store_result(first))

        assert await harness.stored() == finished
        kept = {key for image in finished.images for key in (image.key, image.thumbnail_key)}
        assert set(harness.images.objects) == kept

    async def test_a_forged_owner_affects_no_other_generation(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        forged = replace(
            harness.endpoint.store_result(claimed), ref=replace(claimed.ref, owner=BOB)
        )
        await harness.collector.collect(forged)
        assert await harness.stored() == claimed
        assert len(harness.images.objects) == 1


def _address(claimed: Generation) -> tuple[Owner, str, int]:
    return claimed.owner, claimed.id, claimed.fence


class TestFailures:
    async def test_a_retryable_failure_is_tried_three_times(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        for attempt in range(1, 4):
            failure = refusal(FailureCode.ENDPOINT_BAD_RESPONSE)
            await harness.collector.collect(harness.endpoint.store_result(claimed, failure))
            after = await harness.stored()
            assert after.failures == attempt
            if attempt < 3:
                assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
                harness.clock.advance(state_machine.BACKOFF[-1])
                claimed = await harness.worker.process(after.ref)
        assert (after.status, after.quota_held) == (Status.FAILED, 0)
        assert after.failure is not None
        assert after.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE

    async def test_a_filtered_image_is_not_retried(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        filtered = refusal(FailureCode.CONTENT_FILTERED, retryable=False)
        await harness.collector.collect(harness.endpoint.store_result(claimed, filtered))
        after = await harness.stored()
        assert after.status is Status.FAILED
        assert after.failure == filtered.failure

    async def test_the_objects_of_a_failed_attempt_are_deleted(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        await harness.collector.collect(
            harness.endpoint.store_result(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        )
        assert harness.images.objects == {}

    async def test_a_duplicate_failure_notice_counts_once(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        notice = harness.endpoint.store_result(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        await harness.collector.collect(notice)
        once = await harness.stored()
        await harness.collector.collect(notice)
        assert await harness.stored() == once
        assert once.failures == 1

    async def test_too_few_images_are_a_bad_response(self) -> None:
        harness = AsyncHarness(count=2)
        claimed = await harness.start()
        one = images_of(replace(claimed.request, count=1))
        await harness.collector.collect(harness.endpoint.store_result(claimed, one))
        after = await harness.stored()
        assert after.timeline[-1].step == "answered ENDPOINT_BAD_RESPONSE"
        assert harness.images.objects == {}

    async def test_an_unexpected_error_is_logged_without_its_message(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = "a secret prompt"
        harness = AsyncHarness()
        claimed = await harness.start()
        with caplog.at_level(logging.DEBUG):
            await harness.collector.collect(
                harness.endpoint.store_result(claimed, ValueError(secret))
            )
        assert (await harness.stored()).timeline[-1].step == "answered INTERNAL"
        assert "ValueError" in caplog.text
        assert secret not in caplog.text


class TestUnavailableStores:
    async def test_unreadable_results_do_not_fail_the_attempt(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        notice = harness.endpoint.store_result(claimed)
        harness.endpoint.collect_error = StudioUnavailable("S3 is unavailable.")

        with pytest.raises(StudioUnavailable):
            await harness.collector.collect(notice)
        assert await harness.stored() == claimed

        harness.endpoint.collect_error = None
        await harness.collector.collect(notice)
        assert (await harness.stored()).status is Status.SUCCEEDED

    async def test_unstorable_images_do_not_fail_the_attempt(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = AsyncHarness(count=2)
        claimed = await harness.start()
        notice = harness.endpoint.store_result(claimed)
        put, refused = harness.images.put, True

        async def full(key: str, data: bytes, content_type: str) -> None:
            if refused and key.endswith("1.png"):
                raise StudioUnavailable("S3 is unavailable.")
            await put(key, data, content_type)

        monkeypatch.setattr(harness.images, "put", full)
        with pytest.raises(StudioUnavailable):
            await harness.collector.collect(notice)
        assert await harness.stored() == claimed

        refused = False
        await harness.collector.collect(notice)
        finished = await harness.stored()
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
        assert all(len(harness.images.objects[one.key]) == one.bytes for one in finished.images)

    async def test_a_canceled_collector_keeps_the_claim_and_the_results(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The endpoint's results are paid for, so the next notice must find them."""
        harness = AsyncHarness()
        claimed = await harness.start()
        notice = harness.endpoint.store_result(claimed)
        put, storing = harness.images.put, asyncio.Event()

        async def hang(key: str, data: bytes, content_type: str) -> None:
            storing.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(harness.images, "put", hang)
        collecting = asyncio.create_task(harness.collector.collect(notice))
        await storing.wait()
        stored = set(harness.images.objects)
        collecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await collecting
        assert await harness.stored() == claimed
        assert set(harness.images.objects) == stored

        monkeypatch.setattr(harness.images, "put", put)
        await harness.collector.collect(notice)
        assert (await harness.stored()).status is Status.SUCCEEDED

    async def test_a_removed_model_is_a_permanent_failure(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        removed = UnknownModel(claimed.request.model, ())

        await harness.collector.collect(harness.endpoint.store_result(claimed, removed))

        failed = await harness.stored()
        assert failed.status is Status.FAILED
        assert failed.failure is not None
        assert failed.failure.message == "The studio no longer offers this model."


class TestCheckExpired:
    """`AsyncStarter` calls `check_expired` before it claims."""

    async def test_a_queued_generation_is_ignored(self) -> None:
        harness = AsyncHarness()
        await submit(harness.records, harness.generation)
        assert not await harness.collector.check_expired(harness.generation.ref)
        assert await harness.stored() == harness.generation

    async def test_a_valid_lease_is_ignored(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.endpoint.store_result(claimed)
        assert not await harness.collector.check_expired(claimed.ref)
        assert await harness.stored() == claimed

    async def test_a_concurrent_notice_is_harmless(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        notice = harness.endpoint.store_result(claimed)
        harness.lease_ends()

        await asyncio.gather(
            harness.collector.check_expired(claimed.ref),
            harness.collector.collect(notice),
            harness.worker.process(claimed.ref),
            return_exceptions=True,
        )

        finished = await harness.stored()
        assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
        assert len(harness.endpoint.started_claims) == 1

    async def test_the_lease_is_extended_until_the_deadline(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        deadline = claimed.deadline_at
        assert deadline is not None
        while harness.clock.now() < deadline:
            harness.lease_ends()
            with pytest.raises(ClaimRefused):
                await harness.worker.process(claimed.ref)
        after = state_machine.sweep(await harness.stored(), harness.clock.now())
        assert after is not None
        assert after.failure == state_machine.DEADLINE_FAILURE

    async def test_the_checks_of_a_claim_become_rarer(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        assert claimed.claimed_at is not None
        assert claimed.deadline_at is not None
        minutes = []
        while (expires_at := (await harness.stored()).lease_expires_at) is not None:
            if expires_at >= claimed.deadline_at:
                break
            harness.clock.advance(expires_at - harness.clock.now())
            minutes.append((expires_at - claimed.claimed_at) // timedelta(minutes=1))
            assert await harness.collector.check_expired(claimed.ref)

        assert minutes == [2, 4, 8, 16]
