"""A generation carried out: its images, its progress, its refusals, its claim."""

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
from tests.fakes.endpoint import Play, images_of
from tests.unit.services.attempt.run_bench import RunBench, midway, refusal

pytestmark = pytest.mark.anyio


async def test_an_image_is_made_kept_and_named_by_the_record() -> None:
    bench = RunBench(count=2)
    finished = await bench.run()
    assert finished == await bench.stored()
    assert (finished.status, finished.fence, finished.failure) == (Status.SUCCEEDED, 1, None)
    prefix = attempt_prefix(finished.owner, finished.id, 1)
    assert [image.key for image in finished.images] == [f"{prefix}0.png", f"{prefix}1.png"]
    assert [image.seed for image in finished.images] == [7, 8]
    for image in finished.images:
        assert len(bench.images.objects[image.key]) == image.bytes
        assert image.thumbnail_key in bench.images.objects


async def test_the_timeline_tells_each_step_and_who_did_it() -> None:
    bench = RunBench()

    async def slow(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        bench.clock.advance(1.5)
        return images_of(request)

    bench.endpoint.then(slow)
    timeline = (await bench.run()).timeline
    assert [(entry.component, entry.step, entry.milliseconds) for entry in timeline] == [
        ("worker", "claimed, attempt 1", 0),
        ("endpoint", "generated 1 of 1", 1500),
        ("images", "stored 1", 0),
        ("worker", "finished", None),
    ]


class TestProgress:
    async def test_it_is_told_with_its_attempt_and_preview(self) -> None:
        bench = RunBench()
        bench.endpoint.then(telling(bench, (1, None), (2, b"small"), (3, None)))
        finished = await bench.run()
        preview = f"{attempt_prefix(finished.owner, finished.id, 1)}preview-2.webp"
        told = [(one.attempt, one.step, one.preview_key) for one in bench.progress()]
        assert told == [(1, 1, None), (1, 2, preview), (1, 3, preview)]
        assert bench.images.objects[preview] == b"small"

    async def test_it_never_falls(self) -> None:
        bench = RunBench()
        bench.endpoint.then(telling(bench, (2, None), (1, None), (3, None)))
        await bench.run()
        assert [one.step for one in bench.progress()] == [2, 3]

    async def test_a_fast_model_is_told_of_now_and_then_but_to_the_end(self) -> None:
        bench = RunBench()
        steps = tuple((step, b"small" if step == 4 else None) for step in range(1, 9))
        bench.endpoint.then(telling(bench, *steps, pause=INTERVAL.total_seconds() / 2))
        await bench.run()
        assert [one.step for one in bench.progress()] == [1, 3, 4, 6, 8]

    async def test_a_preview_that_cannot_be_kept_costs_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = RunBench()
        bench.endpoint.then(telling(bench, (1, b"small")))
        put = bench.images.put

        async def full(key: str, data: bytes, content_type: str) -> None:
            if "preview" in key:
                raise OSError(28, "No space left on device")
            await put(key, data, content_type)

        monkeypatch.setattr(bench.images, "put", full)
        assert (await bench.run()).status is Status.SUCCEEDED
        assert bench.progress() == []


def telling(bench: RunBench, *pieces: tuple[int, bytes | None], pause: float = 1.0) -> Play:
    """An endpoint that tells these steps, with previews, before it answers."""

    async def play(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        for step, preview in pieces:
            await on_progress(EndpointProgress(step, request.steps, preview))
            bench.clock.advance(pause)
        return images_of(request)

    return play


class TestRefusals:
    async def test_a_model_that_is_no_longer_offered_is_tried_once_and_named(self) -> None:
        bench = RunBench(UnknownModel("builtin", ("another",)))

        after = await bench.run()

        assert (after.status, len(bench.endpoint.requests)) == (Status.FAILED, 1)
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
    async def test_a_retryable_one_is_tried_three_times(self, code: FailureCode) -> None:
        bench = RunBench(*[refusal(code)] * 3)
        after = await bench.run()
        assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
        for _ in range(2):
            bench.clock.advance(state_machine.BACKOFF[-1])
            after = await bench.worker.process(after.ref)
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
    async def test_a_final_one_is_not_tried_again(self, code: FailureCode) -> None:
        bench = RunBench(refusal(code, retryable=False))
        after = await bench.run()
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
    async def test_waiting_costs_no_failure(self, code: FailureCode, reason: WaitingReason) -> None:
        bench = RunBench(*[refusal(code)] * 5)
        after = await bench.run()
        for _ in range(4):
            assert (after.status, after.waiting_reason) == (Status.QUEUED, reason)
            bench.clock.advance(state_machine.WARMING_WAIT)
            after = await bench.worker.process(after.ref)
        assert after.failures == 0
        bench.clock.advance(state_machine.WARMING_WAIT)
        assert (await bench.worker.process(after.ref)).status is Status.SUCCEEDED

    async def test_too_few_images_are_a_bad_response(self) -> None:
        bench = RunBench(count=2)
        bench.endpoint.then(images_of(replace(bench.generation.request, count=1)))
        after = await bench.run()
        assert (after.status, after.failures) == (Status.QUEUED, 1)
        assert after.timeline[-1].step == "answered ENDPOINT_BAD_RESPONSE"
        assert bench.images.objects == {}

    async def test_what_a_failed_attempt_stored_is_deleted(self) -> None:
        async def preview_then_failure(
            request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
        ) -> Sequence[EndpointImage]:
            await on_progress(EndpointProgress(1, request.steps, b"small"))
            raise refusal(FailureCode.ENDPOINT_TIMEOUT)

        bench = RunBench(preview_then_failure)
        await bench.run()
        assert len(bench.progress()) == 1
        assert bench.images.objects == {}


async def test_a_bug_is_masked_and_its_log_quotes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "a prompt that nobody should read"
    bench = RunBench(ValueError(secret))
    with caplog.at_level(logging.DEBUG):
        after = await bench.run()
    assert (after.status, after.failures) == (Status.QUEUED, 1)
    assert "ValueError" in caplog.text
    assert secret not in caplog.text
    assert secret not in repr(after)


class TestClaim:
    async def test_nothing_of_this_id_is_refused(self) -> None:
        bench = RunBench()
        with pytest.raises(NotFound):
            await bench.worker.process(GenerationRef(ALICE, bench.generation.id))

    async def test_a_final_one_is_refused(self) -> None:
        bench = RunBench()
        finished = await bench.run()
        with pytest.raises(ClaimRefused):
            await bench.worker.process(finished.ref)
        assert await bench.stored() == finished
        assert len(bench.endpoint.requests) == 1

    async def test_one_that_backs_off_is_refused_until_its_time(self) -> None:
        bench = RunBench(refusal(FailureCode.ENDPOINT_TIMEOUT))
        waiting = await bench.run()
        with pytest.raises(ClaimRefused) as refused:
            await bench.worker.process(waiting.ref)
        assert refused.value.until == waiting.not_before

    async def test_one_that_another_holds_is_refused(self) -> None:
        bench, held, running = await midway()
        with pytest.raises(ClaimRefused):
            await bench.a_worker().process(bench.generation.ref)
        held.go_on.set()
        assert (await running).fence == 1

    async def test_of_many_workers_one_draws(self) -> None:
        bench = RunBench()
        await bench.submit()
        attempts = [bench.a_worker().process(bench.generation.ref) for _ in range(10)]
        ended = await asyncio.gather(*attempts, return_exceptions=True)
        assert sum(isinstance(one, Generation) for one in ended) == 1
        assert sum(isinstance(one, ClaimRefused) for one in ended) == 9
        assert len(bench.endpoint.requests) == 1
