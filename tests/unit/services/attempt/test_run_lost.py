"""A claim that is lost on the way, or given back, changes nothing and leaves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    StaleFence,
)
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, IsCanceled, OnProgress
from tests.builders import LEASE
from tests.unit.services.attempt.run_bench import TIMING, RunBench, midway, refusal

pytestmark = pytest.mark.anyio


class TestLostOnTheWay:
    async def test_a_cancel_is_noticed_and_leaves_nothing(self) -> None:
        bench, held, running = await midway()
        before = await bench.stored()
        await bench.records.save(before, state_machine.cancel(before, bench.clock.now()))
        await bench.let_time_pass(TIMING.check_interval.total_seconds())
        assert held.canceled()
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert (await bench.stored()).status is Status.CANCELED
        assert bench.images.objects == {}

    async def test_a_cancel_that_came_too_late_to_stop_it_stands(self) -> None:
        bench, held, running = await midway()
        before = await bench.stored()
        await bench.records.save(before, state_machine.cancel(before, bench.clock.now()))
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert (await bench.stored()).status is Status.CANCELED
        assert bench.images.objects == {}

    async def test_a_purge_leaves_nothing(self) -> None:
        bench, held, running = await midway()
        await bench.records.purge(await bench.stored())
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert bench.images.objects == {}

    async def test_another_s_claim_is_left_alone(self) -> None:
        bench, held, running = await midway()
        before = await bench.stored()
        taken = state_machine.claim(before, bench.clock.now() + 2 * TIMING.lease, LEASE)
        await bench.records.save(before, taken)
        await bench.let_time_pass()
        assert held.canceled()
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert await bench.stored() == taken
        assert bench.images.objects == {}

    async def test_a_zombie_takes_nothing_from_the_winner(self) -> None:
        bench, held, zombie = await midway()
        # The lease ends unseen, as it does for a process that was stopped.
        bench.clock = type(bench.clock)(bench.clock.now() + 2 * TIMING.lease)
        winner = await bench.a_worker().process(bench.generation.ref)
        held.go_on.set()
        with pytest.raises(StaleFence):
            await zombie
        assert await bench.stored() == winner
        assert winner.fence == 2
        assert set(bench.images.objects) == {
            key for image in winner.images for key in (image.key, image.thumbnail_key)
        }

    async def test_a_worker_that_stops_after_a_cancel_changes_nothing(self) -> None:
        bench, _, running = await midway()
        before = await bench.stored()
        ended = state_machine.cancel(before, bench.clock.now())
        await bench.records.save(before, ended)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await bench.stored() == ended


async def test_a_failure_after_a_cancel_changes_nothing() -> None:
    bench = RunBench()

    async def canceled_then_refused(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        before = await bench.stored()
        await bench.records.save(before, state_machine.cancel(before, bench.clock.now()))
        raise refusal(FailureCode.ENDPOINT_TIMEOUT)

    bench.endpoint.then(canceled_then_refused)
    with pytest.raises(StaleFence):
        await bench.run()
    assert (await bench.stored()).status is Status.CANCELED


async def test_the_lease_is_extended_as_long_as_it_takes() -> None:
    bench, held, running = await midway()
    for _ in range(2 * int(TIMING.lease.total_seconds())):
        await bench.let_time_pass(1)
        lease = (await bench.stored()).lease_expires_at
        assert lease is not None
        assert lease > bench.clock.now()
    held.go_on.set()
    finished = await running
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)


async def test_a_look_that_goes_wrong_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bench, held, running = await midway()
    get = bench.records.get
    failures: list[Exception] = [OSError("disk"), RuntimeError("anything")]

    async def flaky(*arguments: Any) -> Generation | None:
        if failures:
            raise failures.pop()
        return await get(*arguments)

    monkeypatch.setattr(bench.records, "get", flaky)
    while failures:
        await bench.let_time_pass()
    held.go_on.set()
    assert (await running).status is Status.SUCCEEDED


async def test_a_worker_that_must_stop_gives_its_claim_back() -> None:
    bench, held, running = await midway()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    after = await bench.stored()
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert (after.failures, after.not_before) == (0, None)
    assert held.canceled()
    assert bench.images.objects == {}
    assert (await bench.worker.process(after.ref)).fence == 2
