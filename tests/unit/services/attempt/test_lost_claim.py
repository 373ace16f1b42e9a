"""Lost and released claims."""

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
from tests.unit.services.attempt.runner_harness import TIMING, RunnerHarness, midway, refusal

pytestmark = pytest.mark.anyio


class TestLostClaim:
    async def test_a_cancellation_is_noticed_and_objects_are_deleted(self) -> None:
        harness, held, running = await midway()
        before = await harness.stored()
        await harness.records.save(before, state_machine.cancel(before, harness.clock.now()))
        await harness.let_time_pass(TIMING.check_interval.total_seconds())
        assert held.canceled()
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert (await harness.stored()).status is Status.CANCELED
        assert harness.images.objects == {}

    async def test_a_late_cancellation_wins(self) -> None:
        harness, held, running = await midway()
        before = await harness.stored()
        await harness.records.save(before, state_machine.cancel(before, harness.clock.now()))
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert (await harness.stored()).status is Status.CANCELED
        assert harness.images.objects == {}

    async def test_a_purge_leaves_no_objects(self) -> None:
        harness, held, running = await midway()
        await harness.records.purge(await harness.stored())
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert harness.images.objects == {}

    async def test_the_claim_of_another_worker_is_unchanged(self) -> None:
        harness, held, running = await midway()
        before = await harness.stored()
        claimed_again = state_machine.claim(before, harness.clock.now() + 2 * TIMING.lease, LEASE)
        await harness.records.save(before, claimed_again)
        await harness.let_time_pass()
        assert held.canceled()
        held.go_on.set()
        with pytest.raises(StaleFence):
            await running
        assert await harness.stored() == claimed_again
        assert harness.images.objects == {}

    async def test_a_stalled_worker_does_not_affect_its_successor(self) -> None:
        harness, held, zombie = await midway()
        # The lease expires unnoticed, as in a process that was suspended.
        harness.clock = type(harness.clock)(harness.clock.now() + 2 * TIMING.lease)
        winner = await harness.a_worker().process(harness.generation.ref)
        held.go_on.set()
        with pytest.raises(StaleFence):
            await zombie
        assert await harness.stored() == winner
        assert winner.fence == 2
        assert set(harness.images.objects) == {
            key for image in winner.images for key in (image.key, image.thumbnail_key)
        }

    async def test_a_worker_stopped_after_a_cancellation_changes_nothing(self) -> None:
        harness, _, running = await midway()
        before = await harness.stored()
        ended = state_machine.cancel(before, harness.clock.now())
        await harness.records.save(before, ended)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await harness.stored() == ended


async def test_a_failure_after_a_cancellation_changes_nothing() -> None:
    harness = RunnerHarness()

    async def canceled_then_refused(
        request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        before = await harness.stored()
        await harness.records.save(before, state_machine.cancel(before, harness.clock.now()))
        raise refusal(FailureCode.ENDPOINT_TIMEOUT)

    harness.endpoint.then(canceled_then_refused)
    with pytest.raises(StaleFence):
        await harness.run()
    assert (await harness.stored()).status is Status.CANCELED


async def test_the_lease_is_extended_during_the_call() -> None:
    harness, held, running = await midway()
    for _ in range(2 * int(TIMING.lease.total_seconds())):
        await harness.let_time_pass(1)
        lease = (await harness.stored()).lease_expires_at
        assert lease is not None
        assert lease > harness.clock.now()
    held.go_on.set()
    finished = await running
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)


async def test_a_failed_claim_check_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    harness, held, running = await midway()
    get = harness.records.get
    failures: list[Exception] = [OSError("disk"), RuntimeError("anything")]

    async def flaky(*arguments: Any) -> Generation | None:
        if failures:
            raise failures.pop()
        return await get(*arguments)

    monkeypatch.setattr(harness.records, "get", flaky)
    while failures:
        await harness.let_time_pass()
    held.go_on.set()
    assert (await running).status is Status.SUCCEEDED


async def test_a_canceled_worker_releases_its_claim() -> None:
    harness, held, running = await midway()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    after = await harness.stored()
    assert (after.status, after.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert (after.failures, after.not_before) == (0, None)
    assert held.canceled()
    assert harness.images.objects == {}
    assert (await harness.worker.process(after.ref)).fence == 2
