"""Requests to an asynchronous endpoint."""

from __future__ import annotations

import asyncio
import logging

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, WaitingReason
from genai_studio.ports import EditInputs
from genai_studio.services.attempt.async_collector import LEASE
from tests.builders import ALICE, NOON, submit
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.unit.services.attempt.async_harness import AsyncHarness
from tests.unit.services.attempt.runner_harness import refusal

pytestmark = pytest.mark.anyio


async def test_process_claims_and_sends_the_request() -> None:
    harness = AsyncHarness()

    claimed = await harness.start()

    assert claimed == await harness.stored()
    assert (claimed.status, claimed.lease_expires_at) == (Status.RUNNING, NOON + LEASE)
    assert harness.endpoint.started_claims == [(claimed.ref, 1)]


async def test_a_duplicate_message_sends_no_request() -> None:
    harness = AsyncHarness()
    claimed = await harness.start()
    with pytest.raises(ClaimRefused):
        await harness.worker.process(claimed.ref)
    assert harness.endpoint.started_claims == [(claimed.ref, 1)]


async def test_only_one_concurrent_worker_sends_the_request() -> None:
    harness = AsyncHarness()
    await submit(harness.records, harness.generation)
    attempts = [harness.worker.process(harness.generation.ref) for _ in range(10)]
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(one, Generation) for one in ended) == 1
    assert sum(isinstance(one, ClaimRefused) for one in ended) == 9
    assert len(harness.endpoint.started_claims) == 1


async def test_a_missing_generation_is_not_found() -> None:
    harness = AsyncHarness()
    with pytest.raises(NotFound):
        await harness.worker.process(GenerationRef(ALICE, harness.generation.id))


class TestFailures:
    async def test_throttling_delays_without_a_failure(self) -> None:
        harness = AsyncHarness()
        harness.endpoint.start_error = refusal(FailureCode.ENDPOINT_THROTTLED)
        after = await harness.start()
        assert (after.status, after.failures) == (Status.QUEUED, 0)
        assert after.waiting_reason is WaitingReason.ENDPOINT_THROTTLED

    async def test_a_permanent_failure_is_final(self) -> None:
        harness = AsyncHarness()
        harness.endpoint.start_error = refusal(FailureCode.ENDPOINT_REJECTED, retryable=False)
        after = await harness.start()
        assert (after.status, after.quota_held) == (Status.FAILED, 0)

    @pytest.mark.parametrize("trouble", [StudioUnavailable("S3 is unavailable."), OSError(28)])
    async def test_an_unstorable_request_is_retried(self, trouble: Exception) -> None:
        harness = AsyncHarness()
        harness.endpoint.start_error = trouble
        after = await harness.start()
        assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.RETRY)
        assert after.timeline[-1].step == (
            "not stored, attempt 1: The request could not be stored."
        )

    async def test_an_unexpected_error_is_logged_without_its_message(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret = "a secret prompt"
        harness = AsyncHarness()
        harness.endpoint.start_error = ValueError(secret)
        with caplog.at_level(logging.DEBUG):
            after = await harness.start()
        assert after.timeline[-1].step == "answered INTERNAL"
        assert "ValueError" in caplog.text
        assert secret not in caplog.text


class HangingEndpoint(FakeAsyncEndpoint):
    """Never responds to a request."""

    def __init__(self) -> None:
        super().__init__()
        self.began = asyncio.Event()

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        self.began.set()
        await asyncio.Event().wait()


async def test_a_canceled_worker_releases_the_claim() -> None:
    stopped = HangingEndpoint()
    harness = AsyncHarness(endpoint=stopped)
    running = asyncio.create_task(harness.start())
    await stopped.began.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    after = await harness.stored()
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)


class EndpointThatCancels(FakeAsyncEndpoint):
    """Cancels the generation, then refuses the request."""

    harness: AsyncHarness

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        now = self.harness.clock.now()
        await self.harness.records.save(claimed, state_machine.cancel(claimed, now))
        self.harness.exchange(claimed)
        raise refusal(FailureCode.ENDPOINT_TIMEOUT)


async def test_a_failure_after_a_cancellation_deletes_its_objects() -> None:
    endpoint = EndpointThatCancels()
    harness = endpoint.harness = AsyncHarness(endpoint=endpoint)

    with pytest.raises(StaleFence):
        await harness.start()

    assert (await harness.stored()).status is Status.CANCELED
    assert harness.images.objects == {}


class TestExpiredLease:
    """A worker processes a claim with an expired lease."""

    async def test_a_claim_at_the_endpoint_is_extended(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.lease_ends()

        with pytest.raises(ClaimRefused) as refused:
            await harness.worker.process(claimed.ref)

        after = await harness.stored()
        assert (after.status, after.fence) == (Status.RUNNING, 1)
        assert refused.value.until == after.lease_expires_at == NOON + 2 * LEASE
        assert len(harness.endpoint.started_claims) == 1

    async def test_a_result_without_notice_is_collected(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.endpoint.store_result(claimed)
        harness.lease_ends()

        with pytest.raises(ClaimRefused):
            await harness.worker.process(claimed.ref)

        after = await harness.stored()
        assert (after.status, after.fence, len(after.images)) == (Status.SUCCEEDED, 1, 1)

    async def test_a_failure_without_notice_is_recorded(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.endpoint.store_result(claimed, refusal(FailureCode.ENDPOINT_TIMEOUT))
        harness.lease_ends()

        with pytest.raises(ClaimRefused):
            await harness.worker.process(claimed.ref)

        after = await harness.stored()
        assert (after.status, after.failures) == (Status.QUEUED, 1)

    async def test_a_request_that_was_not_sent_is_sent_again(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.endpoint.started_claims.clear()  # The worker crashed between claim and request.
        harness.lease_ends()

        again = await harness.worker.process(claimed.ref)

        assert again.fence == 2
        assert harness.endpoint.started_claims == [(claimed.ref, 2)]

    async def test_unreadable_results_prevent_a_new_request(self) -> None:
        harness = AsyncHarness()
        claimed = await harness.start()
        harness.endpoint.collect_error = StudioUnavailable("S3 is unavailable.")
        harness.lease_ends()

        with pytest.raises(StudioUnavailable):
            await harness.worker.process(claimed.ref)

        assert await harness.stored() == claimed
        assert len(harness.endpoint.started_claims) == 1
