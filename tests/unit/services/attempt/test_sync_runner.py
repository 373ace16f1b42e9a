"""Synchronous attempts: images, progress, failures and claims."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, NotFound, UnknownModel
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, WaitingReason
from genai_studio.domain.image import attempt_prefix
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, EndpointProgress, IsCanceled, OnProgress
from genai_studio.services.attempt.progress import INTERVAL
from tests.builders import ALICE
from tests.fakes.endpoint import Script, images_of
from tests.unit.services.attempt.runner_harness import RunnerHarness, midway, refusal

pytestmark = pytest.mark.anyio


async def test_the_image_is_stored_and_recorded() -> None:
    harness = RunnerHarness(count=2)
    finished = await harness.run()
    assert finished == await harness.stored()
    assert (finished.status, finished.fence, finished.failure) == (Status.SUCCEEDED, 1, None)
    prefix = attempt_prefix(finished.owner, finished.id, 1)
    assert [image.key for image in finished.images] == [f"{prefix}0.png", f"{prefix}1.png"]
    assert [image.seed for image in finished.images] == [7, 8]
    for image in finished.images:
        assert len(harness.images.objects[image.key]) == image.bytes
        assert image.thumbnail_key in harness.images.objects


async def test_the_timeline_names_each_step_and_component() -> None:
    harness = RunnerHarness()

    async def slow(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        harness.clock.advance(1.5)
        return images_of(request)

    harness.endpoint.then(slow)
    timeline = (await harness.run()).timeline
    assert [(entry.component, entry.step, entry.milliseconds) for entry in timeline] == [
        ("worker", "claimed, attempt 1", 0),
        ("endpoint", "generated 1 of 1", 1500),
        ("images", "stored 1", 0),
        ("worker", "finished", None),
    ]


class TestProgress:
    async def test_progress_has_attempt_and_preview(self) -> None:
        harness = RunnerHarness()
        harness.endpoint.then(reporting(harness, (1, None), (2, b"small"), (3, None)))
        finished = await harness.run()
        preview = f"{attempt_prefix(finished.owner, finished.id, 1)}preview-2.webp"
        published = [(one.attempt, one.step, one.preview_key) for one in harness.progress()]
        assert published == [(1, 1, None), (1, 2, preview), (1, 3, preview)]
        assert harness.images.objects[preview] == b"small"

    async def test_progress_does_not_decrease(self) -> None:
        harness = RunnerHarness()
        harness.endpoint.then(reporting(harness, (2, None), (1, None), (3, None)))
        await harness.run()
        assert [one.step for one in harness.progress()] == [2, 3]

    async def test_fast_progress_is_throttled_except_the_last_step(self) -> None:
        harness = RunnerHarness()
        steps = tuple((step, b"small" if step == 4 else None) for step in range(1, 9))
        harness.endpoint.then(reporting(harness, *steps, pause=INTERVAL.total_seconds() / 2))
        await harness.run()
        assert [one.step for one in harness.progress()] == [1, 3, 4, 6, 8]

    async def test_an_unstorable_preview_does_not_fail_the_attempt(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = RunnerHarness()
        harness.endpoint.then(reporting(harness, (1, b"small")))
        put = harness.images.put

        async def full(key: str, data: bytes, content_type: str) -> None:
            if "preview" in key:
                raise OSError(28, "No space left on device")
            await put(key, data, content_type)

        monkeypatch.setattr(harness.images, "put", full)
        assert (await harness.run()).status is Status.SUCCEEDED
        assert harness.progress() == []


def reporting(
    harness: RunnerHarness, *pieces: tuple[int, bytes | None], pause: float = 1.0
) -> Script:
    """Create an endpoint call that reports these steps and previews."""

    async def play(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        for step, preview in pieces:
            await on_progress(EndpointProgress(step, request.steps, preview))
            harness.clock.advance(pause)
        return images_of(request)

    return play


class TestFailures:
    async def test_a_removed_model_is_a_permanent_failure(self) -> None:
        harness = RunnerHarness(UnknownModel("builtin", ("another",)))

        after = await harness.run()

        assert (after.status, len(harness.endpoint.requests)) == (Status.FAILED, 1)
        assert after.failure is not None
        assert after.failure.code is FailureCode.ENDPOINT_REJECTED
        assert after.failure.message == "The studio no longer offers this model."

    @pytest.mark.parametrize(
        "code",
        [
            FailureCode.ENDPOINT_BAD_RESPONSE,
            FailureCode.ENDPOINT_TIMEOUT,
            FailureCode.ENDPOINT_UNAVAILABLE,
        ],
    )
    async def test_a_retryable_failure_is_tried_three_times(self, code: FailureCode) -> None:
        harness = RunnerHarness(*[refusal(code)] * 3)
        after = await harness.run()
        assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
        for _ in range(2):
            harness.clock.advance(state_machine.BACKOFF[-1])
            after = await harness.worker.process(after.ref)
        assert (after.status, after.failures) == (Status.FAILED, 3)
        assert after.failure is not None
        assert after.failure.code is code
        assert after.quota_held == 0

    @pytest.mark.parametrize(
        "code",
        [
            FailureCode.CONTENT_FILTERED,
            FailureCode.ENDPOINT_REJECTED,
            FailureCode.ENDPOINT_ACCESS_DENIED,
        ],
    )
    async def test_a_permanent_failure_is_not_retried(self, code: FailureCode) -> None:
        harness = RunnerHarness(refusal(code, retryable=False))
        after = await harness.run()
        assert after.status is Status.FAILED
        assert after.failure is not None
        assert (after.failure.code, after.failure.message) == (code, "It said no.")

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            (FailureCode.ENDPOINT_WARMING, WaitingReason.ENDPOINT_WARMING),
            (FailureCode.ENDPOINT_THROTTLED, WaitingReason.ENDPOINT_THROTTLED),
        ],
    )
    async def test_a_wait_does_not_count_as_a_failure(
        self, code: FailureCode, reason: WaitingReason
    ) -> None:
        harness = RunnerHarness(*[refusal(code)] * 5)
        after = await harness.run()
        for _ in range(4):
            assert (after.status, after.waiting_reason) == (Status.QUEUED, reason)
            harness.clock.advance(state_machine.WARMING_WAIT)
            after = await harness.worker.process(after.ref)
        assert after.failures == 0
        harness.clock.advance(state_machine.WARMING_WAIT)
        assert (await harness.worker.process(after.ref)).status is Status.SUCCEEDED

    async def test_too_few_images_are_a_bad_response(self) -> None:
        harness = RunnerHarness(count=2)
        harness.endpoint.then(images_of(replace(harness.generation.request, count=1)))
        after = await harness.run()
        assert (after.status, after.failures) == (Status.QUEUED, 1)
        assert after.timeline[-1].step == "answered ENDPOINT_BAD_RESPONSE"
        assert harness.images.objects == {}

    async def test_the_objects_of_a_failed_attempt_are_deleted(self) -> None:
        async def preview_then_failure(
            request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
        ) -> Sequence[EndpointImage]:
            await on_progress(EndpointProgress(1, request.steps, b"small"))
            raise refusal(FailureCode.ENDPOINT_TIMEOUT)

        harness = RunnerHarness(preview_then_failure)
        await harness.run()
        assert len(harness.progress()) == 1
        assert harness.images.objects == {}


async def test_an_unexpected_error_is_logged_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "a secret prompt"
    harness = RunnerHarness(ValueError(secret))
    with caplog.at_level(logging.DEBUG):
        after = await harness.run()
    assert (after.status, after.failures) == (Status.QUEUED, 1)
    assert "ValueError" in caplog.text
    assert secret not in caplog.text
    assert secret not in repr(after)


class TestClaim:
    async def test_a_missing_generation_is_not_found(self) -> None:
        harness = RunnerHarness()
        with pytest.raises(NotFound):
            await harness.worker.process(GenerationRef(ALICE, harness.generation.id))

    async def test_a_final_generation_is_refused(self) -> None:
        harness = RunnerHarness()
        finished = await harness.run()
        with pytest.raises(ClaimRefused):
            await harness.worker.process(finished.ref)
        assert await harness.stored() == finished
        assert len(harness.endpoint.requests) == 1

    async def test_a_generation_in_backoff_is_refused(self) -> None:
        harness = RunnerHarness(refusal(FailureCode.ENDPOINT_TIMEOUT))
        waiting = await harness.run()
        with pytest.raises(ClaimRefused) as refused:
            await harness.worker.process(waiting.ref)
        assert refused.value.until == waiting.not_before

    async def test_a_claimed_generation_is_refused(self) -> None:
        harness, held, running = await midway()
        with pytest.raises(ClaimRefused):
            await harness.a_worker().process(harness.generation.ref)
        held.go_on.set()
        assert (await running).fence == 1

    async def test_only_one_concurrent_worker_generates(self) -> None:
        harness = RunnerHarness()
        await harness.submit()
        attempts = [harness.a_worker().process(harness.generation.ref) for _ in range(10)]
        ended = await asyncio.gather(*attempts, return_exceptions=True)
        assert sum(isinstance(one, Generation) for one in ended) == 1
        assert sum(isinstance(one, ClaimRefused) for one in ended) == 9
        assert len(harness.endpoint.requests) == 1
