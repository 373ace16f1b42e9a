from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, WaitingReason
from genai_studio.domain.quota import QuotaLimits
from genai_studio.services import sweep
from genai_studio.services.sweep import Sweep
from tests.builders import LEASE, NOON, ManualClock, a_generation, a_key
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio


class SweepHarness:
    def __init__(self) -> None:
        self.records = FakeRecords()
        self.clock = ManualClock()
        self.sweep = Sweep(self.records, self.clock).sweep

    async def queued(self) -> Generation:
        generation = a_generation()
        await self.records.submit(generation, a_key(generation), QuotaLimits())
        return generation

    async def running(self) -> Generation:
        queued = await self.queued()
        running = state_machine.claim(queued, self.clock.now(), LEASE)
        await self.records.save(queued, running)
        return running

    async def stored(self, generation: Generation) -> Generation:
        stored = await self.records.get(generation.owner, generation.id)
        assert stored is not None
        return stored


async def test_an_expired_lease_is_requeued() -> None:
    harness = SweepHarness()
    running = await harness.running()
    harness.clock.advance(LEASE)
    assert await harness.sweep() == 1
    after = await harness.stored(running)
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert after.failures == 0


async def test_a_valid_lease_is_unchanged() -> None:
    harness = SweepHarness()
    running = await harness.running()
    harness.clock.advance(LEASE - timedelta(seconds=1))
    assert await harness.sweep() == 0
    assert await harness.stored(running) == running


async def test_the_end_of_a_backoff_appears_in_the_change_feed() -> None:
    harness = SweepHarness()
    running = await harness.running()
    refusal = EndpointError(FailureCode.ENDPOINT_TIMEOUT, "Timeout.", retryable=True)
    waiting = state_machine.attempt_failed(running, 1, harness.clock.now(), refusal.failure)
    await harness.records.save(running, waiting)
    changes = len(await harness.records.changes(None, 100))
    harness.clock.advance(state_machine.BACKOFF[0])
    await harness.sweep()
    assert (await harness.stored(running)).not_before is None
    assert len(await harness.records.changes(None, 100)) == changes + 1
    assert await harness.sweep() == 0


async def test_a_deadline_fails_the_generation_and_returns_the_quota() -> None:
    harness = SweepHarness()
    running = await harness.running()
    harness.clock.advance(state_machine.DEADLINE)
    await harness.sweep()
    after = await harness.stored(running)
    assert after.failure is not None
    assert (after.status, after.failure.code) == (Status.FAILED, FailureCode.DEADLINE_EXCEEDED)
    assert after.quota_held == 0


async def test_generations_without_time_limits_are_not_read() -> None:
    harness = SweepHarness()
    await harness.queued()
    harness.clock.advance(timedelta(days=1))
    assert await harness.sweep() == 0


async def test_one_call_processes_one_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    harness = SweepHarness()
    for _ in range(5):
        await harness.running()
    harness.clock.advance(LEASE)
    assert [await harness.sweep() for _ in range(4)] == [2, 2, 1, 0]


async def test_a_purged_generation_does_not_block_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness = SweepHarness()
    purged, other = a_generation(at=NOON), await harness.running()
    due = harness.records.due

    async def with_purged(now: object, limit: int) -> Sequence[GenerationRef]:
        return (purged.ref, *await due(harness.clock.now(), limit))

    monkeypatch.setattr(harness.records, "due", with_purged)
    harness.clock.advance(LEASE)
    assert await harness.sweep() == 2
    assert (await harness.stored(other)).status is Status.QUEUED


class TestAsynchronousEndpoint:
    """An expired lease can mean a lost notification, so a worker checks it."""

    @staticmethod
    def bench_and_calls() -> tuple[SweepHarness, list[GenerationRef]]:
        harness, called = SweepHarness(), list[GenerationRef]()

        async def call(ref: GenerationRef) -> None:
            called.append(ref)

        harness.sweep = Sweep(harness.records, harness.clock, call).sweep
        return harness, called

    async def test_an_expired_lease_is_sent_to_a_worker(self) -> None:
        harness, called = self.bench_and_calls()
        running = await harness.running()
        harness.clock.advance(LEASE)
        await harness.sweep()
        assert called == [running.ref]
        assert await harness.stored(running) == running

    async def test_generations_sent_to_workers_do_not_delay_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sweep, "BATCH", 2)
        harness, called = self.bench_and_calls()
        sent = [await harness.running() for _ in range(5)]
        harness.clock.advance(LEASE)
        late = await harness.running()
        overdue = replace(late, version=late.version + 1, deadline_at=harness.clock.now())
        await harness.records.save(late, overdue)

        assert [await harness.sweep() for _ in range(4)] == [2, 2, 2, 0]

        assert called == [one.ref for one in sent]
        assert (await harness.stored(late)).status is Status.FAILED

    async def test_a_generation_is_sent_again_after_a_while(self) -> None:
        harness, called = self.bench_and_calls()
        running = await harness.running()
        harness.clock.advance(LEASE)
        await harness.sweep()
        harness.clock.advance(sweep.RESEND_AFTER - timedelta(seconds=1))
        assert await harness.sweep() == 0
        harness.clock.advance(1)
        assert await harness.sweep() == 1
        assert called == [running.ref] * 2

    async def test_a_processed_generation_is_sent_again_when_it_is_due_again(self) -> None:
        harness, called = self.bench_and_calls()
        running = await harness.running()
        harness.clock.advance(LEASE)
        await harness.sweep()
        extended = state_machine.extend_lease(running, 1, harness.clock.now(), LEASE)
        await harness.records.save(running, extended)
        await harness.sweep()
        harness.clock.advance(LEASE)
        assert await harness.sweep() == 1
        assert called == [running.ref] * 2

    async def test_the_number_of_sent_generations_is_limited(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sweep, "MAX_SENT", 3)
        harness, called = self.bench_and_calls()
        sent = [await harness.running() for _ in range(5)]
        harness.clock.advance(LEASE)
        assert [await harness.sweep() for _ in range(3)] == [3, 0, 0]
        assert called == [one.ref for one in sent[:3]]

    async def test_a_passed_deadline_is_not_sent_to_a_worker(self) -> None:
        harness, called = self.bench_and_calls()
        running = await harness.running()
        harness.clock.advance(state_machine.DEADLINE)
        assert await harness.sweep() == 1
        assert called == []
        assert (await harness.stored(running)).failure == state_machine.DEADLINE_FAILURE

    async def test_an_elapsed_backoff_is_not_sent_to_a_worker(self) -> None:
        harness, called = self.bench_and_calls()
        running = await harness.running()
        refusal = EndpointError(FailureCode.ENDPOINT_TIMEOUT, "Timeout.", retryable=True)
        waiting = state_machine.attempt_failed(running, 1, harness.clock.now(), refusal.failure)
        await harness.records.save(running, waiting)
        harness.clock.advance(state_machine.BACKOFF[0])
        await harness.sweep()
        assert called == []
        assert (await harness.stored(running)).not_before is None

    async def test_a_failed_send_does_not_block_the_others(self) -> None:
        harness = SweepHarness()

        async def refuse(ref: GenerationRef) -> None:
            raise StudioUnavailable("SQS is unavailable.")

        harness.sweep = Sweep(harness.records, harness.clock, refuse).sweep
        running = await harness.running()
        harness.clock.advance(LEASE)
        late = await harness.running()
        overdue = replace(late, version=late.version + 1, deadline_at=harness.clock.now())
        await harness.records.save(late, overdue)

        await harness.sweep()

        assert await harness.stored(running) == running
        assert (await harness.stored(late)).status is Status.FAILED
