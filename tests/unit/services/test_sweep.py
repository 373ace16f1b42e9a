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


class SweepBench:
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


async def test_a_lost_worker_s_generation_waits_for_another() -> None:
    bench = SweepBench()
    running = await bench.running()
    bench.clock.advance(LEASE)
    assert await bench.sweep() == 1
    after = await bench.stored(running)
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert after.failures == 0


async def test_a_lease_that_still_runs_is_left_alone() -> None:
    bench = SweepBench()
    running = await bench.running()
    bench.clock.advance(LEASE - timedelta(seconds=1))
    assert await bench.sweep() == 0
    assert await bench.stored(running) == running


async def test_the_end_of_a_back_off_is_told_by_the_change_feed() -> None:
    bench = SweepBench()
    running = await bench.running()
    refusal = EndpointError(FailureCode.ENDPOINT_TIMEOUT, "It took too long.", retryable=True)
    waiting = state_machine.attempt_failed(running, 1, bench.clock.now(), refusal.failure)
    await bench.records.save(running, waiting)
    told = len(await bench.records.changes(None, 100))
    bench.clock.advance(state_machine.BACKOFF[0])
    await bench.sweep()
    assert (await bench.stored(running)).not_before is None
    assert len(await bench.records.changes(None, 100)) == told + 1
    assert await bench.sweep() == 0


async def test_a_deadline_ends_it_with_a_reason_and_gives_the_quota_back() -> None:
    bench = SweepBench()
    running = await bench.running()
    bench.clock.advance(state_machine.DEADLINE)
    await bench.sweep()
    after = await bench.stored(running)
    assert after.failure is not None
    assert (after.status, after.failure.code) == (Status.FAILED, FailureCode.DEADLINE_EXCEEDED)
    assert after.quota_held == 0


async def test_what_needs_no_clock_is_not_looked_at() -> None:
    bench = SweepBench()
    await bench.queued()
    bench.clock.advance(timedelta(days=1))
    assert await bench.sweep() == 0


async def test_more_than_a_batch_takes_more_than_one_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 2)
    bench = SweepBench()
    for _ in range(5):
        await bench.running()
    bench.clock.advance(LEASE)
    assert [await bench.sweep() for _ in range(4)] == [2, 2, 1, 0]


async def test_one_that_is_gone_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = SweepBench()
    gone, other = a_generation(at=NOON), await bench.running()
    due = bench.records.due

    async def also_gone(now: object, limit: int) -> Sequence[GenerationRef]:
        return (gone.ref, *await due(bench.clock.now(), limit))

    monkeypatch.setattr(bench.records, "due", also_gone)
    bench.clock.advance(LEASE)
    assert await bench.sweep() == 2
    assert (await bench.stored(other)).status is Status.QUEUED


class TestWhereAnEndpointAnswersLater:
    """An ended lease may mean a lost notice: a worker is called, who can tell."""

    @staticmethod
    def bench_and_calls() -> tuple[SweepBench, list[GenerationRef]]:
        bench, called = SweepBench(), list[GenerationRef]()

        async def call(ref: GenerationRef) -> None:
            called.append(ref)

        bench.sweep = Sweep(bench.records, bench.clock, call).sweep
        return bench, called

    async def test_a_worker_is_called_when_a_lease_ends(self) -> None:
        bench, called = self.bench_and_calls()
        running = await bench.running()
        bench.clock.advance(LEASE)
        await bench.sweep()
        assert called == [running.ref]
        assert await bench.stored(running) == running

    async def test_what_workers_are_called_for_makes_no_sweep_go_on_for_ever(self) -> None:
        bench, called = self.bench_and_calls()
        await bench.running()
        bench.clock.advance(LEASE)
        assert await bench.sweep() == 0
        assert len(called) == 1

    async def test_nobody_is_called_once_the_deadline_has_passed(self) -> None:
        bench, called = self.bench_and_calls()
        running = await bench.running()
        bench.clock.advance(state_machine.DEADLINE)
        assert await bench.sweep() == 1
        assert called == []
        assert (await bench.stored(running)).failure == state_machine.DEADLINE_FAILURE

    async def test_nobody_is_called_for_the_end_of_a_back_off(self) -> None:
        bench, called = self.bench_and_calls()
        running = await bench.running()
        refusal = EndpointError(FailureCode.ENDPOINT_TIMEOUT, "It took too long.", retryable=True)
        waiting = state_machine.attempt_failed(running, 1, bench.clock.now(), refusal.failure)
        await bench.records.save(running, waiting)
        bench.clock.advance(state_machine.BACKOFF[0])
        await bench.sweep()
        assert called == []
        assert (await bench.stored(running)).not_before is None

    async def test_a_call_that_fails_keeps_nobody_else_waiting(self) -> None:
        bench = SweepBench()

        async def refuse(ref: GenerationRef) -> None:
            raise StudioUnavailable("SQS cannot be used.")

        bench.sweep = Sweep(bench.records, bench.clock, refuse).sweep
        running = await bench.running()
        bench.clock.advance(LEASE)
        late = await bench.running()
        overdue = replace(late, version=late.version + 1, deadline_at=bench.clock.now())
        await bench.records.save(late, overdue)

        await bench.sweep()

        assert await bench.stored(running) == running
        assert (await bench.stored(late)).status is Status.FAILED
