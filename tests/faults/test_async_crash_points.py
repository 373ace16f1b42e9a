"""Asking, collecting and relaying die at every single step, and the image comes all the same.

An endpoint that answers later outlives the processes that ask it and are told
of its answers. Each is let live for every number of calls to the stores, dying
either before a call or after the call's effect; then time passes, and others
take over: a sweeper that calls a worker, and whoever is told again, or never.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from genai_studio.domain.errors import ClaimRefused
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import AnswerNotice
from genai_studio.services.attempt.async_collect import LEASE, Collect
from genai_studio.services.attempt.async_start import Start
from genai_studio.services.relay import Relay
from genai_studio.services.sweep import Sweep
from tests.builders import submit
from tests.fakes.async_endpoint import FakeAsyncEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.faults.test_crash_points import Killed, Life, Mortal
from tests.unit.services.attempt.async_bench import AsyncBench, exchanged
from tests.unit.services.attempt.run_bench import store_form_double

pytestmark = pytest.mark.anyio

ROUNDS = 10
"""Leases after which it must have come to its end: well before the deadline."""


class PromptEndpoint(FakeAsyncEndpoint):
    """Has answered as soon as it is asked, and leaves what was exchanged in the bucket."""

    def __init__(self, images: FakeImages) -> None:
        super().__init__()
        self.notices: list[AnswerNotice] = []
        self._images = images

    async def start(self, claimed: Generation) -> None:
        await super().start(claimed)
        self.notices.append(self.answer(claimed))
        prefix = exchanged(claimed.owner, claimed.id, claimed.fence)
        self._images.objects[f"{prefix}0.out"] = b"answer"


class World:
    """What outlives processes, and the processes that come and go."""

    def __init__(self) -> None:
        self.bench = AsyncBench(count=2)
        self.endpoint = PromptEndpoint(self.bench.images)

    @property
    def ref(self) -> GenerationRef:
        return self.bench.generation.ref

    def parts(self, life: Life, *, after_the_effect: bool) -> tuple[Any, ...]:
        records, images, endpoint = (
            Mortal(adapter, life, after_the_effect=after_the_effect)
            for adapter in (self.bench.records, self.bench.images, self.endpoint)
        )
        prefixes = (attempt_prefix, exchanged)
        return records, images, endpoint, self.bench.clock, store_form_double, prefixes

    async def live(self, calls: int | None, *, after_the_effect: bool, told: bool) -> bool:
        """One process after the other: worker, completion, publisher; all die as one.

        Args:
            told: Whether anybody is told of answers.

        Returns:
            Whether it came to its end by itself.
        """
        life = Life(calls)
        parts = self.parts(life, after_the_effect=after_the_effect)
        try:
            with suppress(ClaimRefused):
                await Start(*parts).run(self.ref)
            for notice in self.endpoint.notices if told else ():
                await Collect(*parts).told(notice)
            relay = Relay(parts[0], parts[1], FakeEvents(), (_exchanged_at_all,))
            for change in await parts[0].changes(None, 100):
                await relay.carry(change)
        except Killed:
            return False
        return True

    async def time_passes(self, *, told: bool) -> None:
        """A lease ends, and the sweeper's call brings a worker that lives."""
        self.bench.clock.advance(LEASE)
        called: list[GenerationRef] = []

        async def call(ref: GenerationRef) -> None:
            called.append(ref)

        await Sweep(self.bench.records, self.bench.clock, call).sweep()
        queued = (await self.bench.stored()).status is Status.QUEUED
        if called or queued:
            await self.live(None, after_the_effect=False, told=told)


def _exchanged_at_all(owner: Owner, generation_id: str) -> str:
    return f"exchange/{owner}/{generation_id}/"


async def a_world() -> World:
    world = World()
    await submit(world.bench.records, world.bench.generation)
    return world


async def points_of_a_whole_life() -> int:
    calls = 0
    while not await (await a_world()).live(calls, after_the_effect=False, told=True):
        calls += 1
    return calls


@pytest.mark.parametrize("told", [True, False], ids=["told", "never told"])
@pytest.mark.parametrize("after_the_effect", [False, True], ids=["before", "after"])
async def test_wherever_they_die_one_set_of_images_is_the_end(
    *, after_the_effect: bool, told: bool
) -> None:
    points = await points_of_a_whole_life()
    assert points >= 15
    for calls in range(points):
        world = await a_world()
        await world.live(calls, after_the_effect=after_the_effect, told=True)
        rounds = 0
        while not (await world.bench.stored()).status.final:
            assert rounds < ROUNDS, calls
            await world.time_passes(told=told)
            rounds += 1
        # Everybody is told again of everything, and the publisher follows to the end.
        await world.live(None, after_the_effect=False, told=True)

        finished = await world.bench.stored()
        assert finished.status is Status.SUCCEEDED, calls
        assert len(world.endpoint.asked) <= 2, calls
        assert [entry.step for entry in finished.timeline].count("finished") == 1
        assert set(world.bench.images.objects) == {
            key for image in finished.images for key in (image.key, image.thumbnail_key)
        }, calls
