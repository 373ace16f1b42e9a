"""A generation handed to an endpoint that answers later: claimed, asked for, left alone."""

from __future__ import annotations

import asyncio
import logging

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, WaitingReason
from genai_studio.services.attempt.async_collector import LEASE
from tests.builders import ALICE, NOON, submit
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.unit.services.attempt.async_bench import AsyncBench
from tests.unit.services.attempt.run_bench import refusal

pytestmark = pytest.mark.anyio


async def test_it_is_asked_for_and_runs_on_under_its_lease() -> None:
    bench = AsyncBench()

    claimed = await bench.start()

    assert claimed == await bench.stored()
    assert (claimed.status, claimed.lease_expires_at) == (Status.RUNNING, NOON + LEASE)
    assert bench.endpoint.asked == [(claimed.ref, 1)]


async def test_a_second_message_asks_for_nothing() -> None:
    bench = AsyncBench()
    claimed = await bench.start()
    with pytest.raises(ClaimRefused):
        await bench.worker.process(claimed.ref)
    assert bench.endpoint.asked == [(claimed.ref, 1)]


async def test_of_many_workers_one_asks() -> None:
    bench = AsyncBench()
    await submit(bench.records, bench.generation)
    attempts = [bench.worker.process(bench.generation.ref) for _ in range(10)]
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(one, Generation) for one in ended) == 1
    assert sum(isinstance(one, ClaimRefused) for one in ended) == 9
    assert len(bench.endpoint.asked) == 1


async def test_nothing_of_this_id_is_refused() -> None:
    bench = AsyncBench()
    with pytest.raises(NotFound):
        await bench.worker.process(GenerationRef(ALICE, bench.generation.id))


class TestRefusals:
    async def test_throttling_waits_and_costs_nothing(self) -> None:
        bench = AsyncBench()
        bench.endpoint.refusal = refusal(FailureCode.ENDPOINT_THROTTLED)
        after = await bench.start()
        assert (after.status, after.failures) == (Status.QUEUED, 0)
        assert after.waiting_reason is WaitingReason.ENDPOINT_THROTTLED

    async def test_a_final_one_ends_it(self) -> None:
        bench = AsyncBench()
        bench.endpoint.refusal = refusal(FailureCode.ENDPOINT_REJECTED, retryable=False)
        after = await bench.start()
        assert (after.status, after.quota_held) == (Status.FAILED, 0)

    @pytest.mark.parametrize("trouble", [StudioUnavailable("S3 cannot be used."), OSError(28)])
    async def test_a_request_that_cannot_be_stored_is_tried_again(self, trouble: Exception) -> None:
        bench = AsyncBench()
        bench.endpoint.refusal = trouble
        after = await bench.start()
        assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
        assert after.timeline[-1].step == "answered STORAGE_FAILED"

    async def test_a_bug_is_masked_and_its_log_quotes_nothing(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = "a prompt that nobody should read"
        bench = AsyncBench()
        bench.endpoint.refusal = ValueError(secret)
        with caplog.at_level(logging.DEBUG):
            after = await bench.start()
        assert after.timeline[-1].step == "answered INTERNAL"
        assert "ValueError" in caplog.text
        assert secret not in caplog.text


class StoppedEndpoint(FakeAsyncEndpoint):
    """Is asked, and never says whether it has taken it."""

    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.Event()

    async def start(self, claimed: Generation) -> None:
        self.began.set()
        await asyncio.Event().wait()


async def test_a_worker_that_must_stop_gives_the_claim_back() -> None:
    stopped = StoppedEndpoint()
    bench = AsyncBench(endpoint=stopped)
    running = asyncio.create_task(bench.start())
    await stopped.began.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    after = await bench.stored()
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)


class CanceledMeanwhile(FakeAsyncEndpoint):
    """Refuses, after its owner has canceled the generation."""

    bench: AsyncBench

    async def start(self, claimed: Generation) -> None:
        now = self.bench.clock.now()
        await self.bench.records.save(claimed, state_machine.cancel(claimed, now))
        self.bench.exchange(claimed)
        raise refusal(FailureCode.ENDPOINT_TIMEOUT)


async def test_a_refusal_after_a_cancel_changes_nothing_and_leaves_nothing() -> None:
    endpoint = CanceledMeanwhile()
    bench = endpoint.bench = AsyncBench(endpoint=endpoint)

    with pytest.raises(StaleFence):
        await bench.start()

    assert (await bench.stored()).status is Status.CANCELED
    assert bench.images.objects == {}


class TestWhenTheLeaseHasEnded:
    """A worker is called to look: by the sweeper, or by a message that came twice."""

    async def test_what_the_endpoint_works_on_keeps_its_claim(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.lease_ends()

        with pytest.raises(ClaimRefused) as refused:
            await bench.worker.process(claimed.ref)

        after = await bench.stored()
        assert (after.status, after.fence) == (Status.RUNNING, 1)
        assert refused.value.until == after.lease_expires_at == NOON + 2 * LEASE
        assert len(bench.endpoint.asked) == 1

    async def test_an_answer_that_nobody_told_of_is_collected(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.endpoint.answer(claimed)
        bench.lease_ends()

        with pytest.raises(ClaimRefused):
            await bench.worker.process(claimed.ref)

        after = await bench.stored()
        assert (after.status, after.fence, len(after.images)) == (Status.SUCCEEDED, 1, 1)

    async def test_a_failure_that_nobody_told_of_is_taken_in(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.endpoint.answer(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        bench.lease_ends()

        with pytest.raises(ClaimRefused):
            await bench.worker.process(claimed.ref)

        after = await bench.stored()
        assert (after.status, after.failures) == (Status.QUEUED, 1)

    async def test_what_was_never_asked_for_is_asked_for_again(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.endpoint.asked.clear()  # its worker died between claim and call
        bench.lease_ends()

        again = await bench.worker.process(claimed.ref)

        assert again.fence == 2
        assert bench.endpoint.asked == [(claimed.ref, 2)]

    async def test_while_answers_cannot_be_read_nothing_is_asked_for_again(self) -> None:
        bench = AsyncBench()
        claimed = await bench.start()
        bench.endpoint.trouble = StudioUnavailable("S3 cannot be used.")
        bench.lease_ends()

        with pytest.raises(StudioUnavailable):
            await bench.worker.process(claimed.ref)

        assert await bench.stored() == claimed
        assert len(bench.endpoint.asked) == 1
