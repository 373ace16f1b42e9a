"""Crash worker, completion and relay of an asynchronous endpoint at every store call.

The endpoint survives the crashes. For every number of store calls, the processes crash
before the next call or after its effect. Then the lease expires, and new processes take
over: the sweeper calls a worker, and notices are delivered again or never.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from genai_studio.domain.errors import ClaimRefused
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import AnswerNotice, EditInputs
from genai_studio.services.attempt.async_collector import LEASE, AsyncCollector
from genai_studio.services.attempt.async_starter import AsyncStarter
from genai_studio.services.relay import Relay
from genai_studio.services.sweep import Sweep
from tests.builders import submit
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.faults.test_crash_points import (
    CallBudget,
    CrashingAdapter,
    Killed,
    expected_objects,
)
from tests.unit.services.attempt.async_harness import AsyncHarness, exchanged
from tests.unit.services.attempt.runner_harness import encode_image_double, prepare_edit_double

pytestmark = pytest.mark.anyio

ROUNDS = 10
"""Maximum number of leases until the generation is final, well before its deadline."""


class ImmediateEndpoint(FakeAsyncEndpoint):
    """An endpoint that responds at once and leaves its response in the bucket."""

    def __init__(self, images: FakeImages) -> None:
        super().__init__()
        self.notices: list[AnswerNotice] = []
        self._images = images

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        await super().start(claimed, inputs)
        self.notices.append(self.store_result(claimed))
        prefix = exchanged(claimed.owner, claimed.id, claimed.fence)
        self._images.objects[f"{prefix}0.out"] = b"answer"


class World:
    """The stores and the endpoint, which survive crashes, and the processes, which do not."""

    def __init__(self, *, edit: bool = False) -> None:
        self.harness = AsyncHarness(count=2, edit=edit)
        self.endpoint = ImmediateEndpoint(self.harness.images)

    @property
    def ref(self) -> GenerationRef:
        return self.harness.generation.ref

    def parts(self, budget: CallBudget, *, after_effect: bool) -> tuple[Any, ...]:
        records, images, endpoint = (
            CrashingAdapter(adapter, budget, after_effect=after_effect)
            for adapter in (self.harness.records, self.harness.images, self.endpoint)
        )
        prefixes = (attempt_prefix, exchanged)
        return (
            records,
            images,
            endpoint,
            self.harness.clock,
            encode_image_double,
            prepare_edit_double,
            prefixes,
        )

    async def run_process(self, calls: int | None, *, after_effect: bool, notified: bool) -> bool:
        """Run worker, completion and publisher with a common budget of calls.

        Args:
            notified: Whether notices are delivered.

        Returns:
            Whether they completed without a crash.
        """
        budget = CallBudget(calls)
        parts = self.parts(budget, after_effect=after_effect)
        try:
            with suppress(ClaimRefused):
                await AsyncStarter(*parts).process(self.ref)
            for notice in self.endpoint.notices if notified else ():
                await AsyncCollector(*parts).collect(notice)
            relay = Relay(parts[0], parts[1], FakeEvents(), (_exchange_prefix,))
            for change in await parts[0].changes(None, 100):
                await relay.process(change)
        except Killed:
            return False
        return True

    async def expire_lease(self, *, notified: bool) -> None:
        """Expire the lease, run the sweeper, and run a worker without crashes if called."""
        self.harness.clock.advance(LEASE)
        called: list[GenerationRef] = []

        async def call(ref: GenerationRef) -> None:
            called.append(ref)

        await Sweep(self.harness.records, self.harness.clock, call).sweep()
        queued = (await self.harness.stored()).status is Status.QUEUED
        if called or queued:
            await self.run_process(None, after_effect=False, notified=notified)


def _exchange_prefix(owner: Owner, generation_id: str) -> str:
    return f"exchange/{owner}/{generation_id}/"


async def create_world(*, edit: bool = False) -> World:
    world = World(edit=edit)
    await submit(world.harness.records, world.harness.generation)
    return world


async def calls_of_complete_run(*, edit: bool) -> int:
    calls = 0
    while True:
        world = await create_world(edit=edit)
        if await world.run_process(calls, after_effect=False, notified=True):
            return calls
        calls += 1


@pytest.mark.parametrize("edit", [False, True], ids=["text", "edit"])
@pytest.mark.parametrize("notified", [True, False], ids=["notified", "never notified"])
@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
async def test_crash_at_any_call_ends_with_one_set_of_images(
    *, after_effect: bool, notified: bool, edit: bool
) -> None:
    points = await calls_of_complete_run(edit=edit)
    assert points >= 15
    for calls in range(points):
        world = await create_world(edit=edit)
        sources = set(world.harness.images.objects)
        await world.run_process(calls, after_effect=after_effect, notified=True)
        rounds = 0
        while not (await world.harness.stored()).status.final:
            assert rounds < ROUNDS, calls
            await world.expire_lease(notified=notified)
            rounds += 1
        # Deliver all notices again, and run the publisher to the end.
        await world.run_process(None, after_effect=False, notified=True)

        finished = await world.harness.stored()
        assert finished.status is Status.SUCCEEDED, calls
        assert len(world.endpoint.started_claims) <= 2, calls
        assert [entry.step for entry in finished.timeline].count("finished") == 1
        assert set(world.harness.images.objects) - sources == expected_objects(finished), calls
