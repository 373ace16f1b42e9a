"""`ClockJumps` keeps time limits when the time of day is adjusted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.services.clock_jumps import ClockJumps
from genai_studio.services.sweep import Sweep
from tests.builders import LEASE, ManualClock, a_generation, change, submit
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
BROKEN = Failure(FailureCode.ENDPOINT_UNAVAILABLE, "Broken.", retryable=True)


class Harness:
    def __init__(self) -> None:
        self.clock, self.records = ManualClock(), FakeRecords()
        self.jumps = ClockJumps(self.records, self.clock)

    async def running(self) -> Generation:
        generation = await submit(self.records, a_generation())
        return await change(
            self.records, generation, lambda it: state_machine.claim(it, self.clock.now(), LEASE)
        )

    async def sweep(self) -> None:
        await self.jumps.compensate()
        await Sweep(self.records, self.clock).sweep()

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "backward"])
async def test_jump_keeps_running_generation_and_its_limits(jump: timedelta) -> None:
    harness = Harness()
    running = await harness.running()
    harness.clock.jump(jump)

    await harness.sweep()

    kept = await harness.stored(running)
    assert (kept.status, kept.fence) == (Status.RUNNING, running.fence)
    assert kept.lease_expires_at == harness.clock.now() + LEASE
    assert kept.deadline_at == harness.clock.now() + state_machine.DEADLINE

    harness.clock.advance(LEASE)
    await harness.sweep()
    assert (await harness.stored(running)).status is Status.QUEUED


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "backward"])
async def test_jump_keeps_wait_for_retry(jump: timedelta) -> None:
    harness = Harness()
    running = await harness.running()
    waiting = await change(
        harness.records,
        running,
        lambda it: state_machine.attempt_failed(it, 1, harness.clock.now(), BROKEN),
    )
    assert waiting.not_before is not None
    wait = waiting.not_before - harness.clock.now()
    harness.clock.jump(jump)

    await harness.sweep()

    kept = await harness.stored(running)
    assert kept.not_before == harness.clock.now() + wait


async def test_time_that_passes_is_no_jump() -> None:
    harness = Harness()
    running = await harness.running()
    harness.clock.advance(state_machine.DEADLINE)

    await harness.sweep()

    assert (await harness.stored(running)).status is Status.FAILED


async def test_small_adjustments_do_not_write() -> None:
    harness = Harness()
    running = await harness.running()
    harness.clock.jump(timedelta(seconds=1))

    await harness.sweep()

    assert (await harness.stored(running)).version == running.version
