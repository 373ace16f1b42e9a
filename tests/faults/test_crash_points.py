"""The process dies at every single step of its way, and the image comes all the same.

One process carries a generation out and relays its changes. For every number of
calls to the stores it is let live so long, dying either before a call or after
the call's effect; a second process then starts on what the first one left.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, cast

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, EndpointProgress, IsCanceled, OnProgress
from genai_studio.services.attempt.run import Run
from genai_studio.services.relay import Relay
from genai_studio.services.transition import transition
from tests.fakes.endpoint import ScriptedEndpoint, images_of
from tests.unit.services.attempt.run_bench import TIMING, RunBench, store_form_double

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """Not an Exception: no code of the process gets to see its own end."""


class Life:
    """So many calls; every later one finds the process dead."""

    def __init__(self, calls: int | None) -> None:
        self._left = calls

    def demand(self) -> None:
        if self._left is not None and self._left <= 0:
            raise Killed

    def spend(self) -> None:
        if self._left is not None:
            self._left -= 1
        self.demand()


class Mortal:
    """An adapter in a process that dies."""

    def __init__(self, adapter: Any, life: Life, *, after_the_effect: bool) -> None:
        self._adapter = adapter
        self._life = life
        self._after_the_effect = after_the_effect

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            self._life.demand()
            if not self._after_the_effect:
                self._life.spend()
            result = await method(*arguments, **named)
            if self._after_the_effect:
                self._life.spend()
            return result

        return call


async def with_preview(
    request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
) -> Sequence[EndpointImage]:
    await on_progress(EndpointProgress(1, request.steps, b"small"))
    return images_of(request)


async def live(bench: RunBench, calls: int | None, *, after_the_effect: bool = False) -> bool:
    """One process: what the last one held is released, then drawn, then relayed.

    Returns:
        Whether it came to its end by itself.
    """
    life = Life(calls)
    records, images, events = (
        cast("Any", Mortal(adapter, life, after_the_effect=after_the_effect))
        for adapter in (bench.records, bench.images, bench.events)
    )
    endpoint = ScriptedEndpoint(with_preview)
    run = Run(records, images, endpoint, events, bench.clock, store_form_double, TIMING)

    def release(generation: Generation) -> Generation | None:
        if generation.status is not Status.RUNNING:
            return None
        return state_machine.release(generation, generation.fence, bench.clock.now())

    try:
        left_behind = await transition(records, bench.generation.ref, release)
        if not left_behind.status.final:
            await run.run(bench.generation.ref)
        relay = Relay(records, images, events)
        # From the beginning: the position it had kept may be lost, too.
        for change in await records.changes(None, 100):
            await relay.carry(change)
    except Killed:
        return False
    return True


async def calls_of_a_whole_life() -> int:
    calls = 0
    while True:
        bench = RunBench(count=2)
        await bench.submit()
        if await live(bench, calls):
            return calls
        calls += 1


@pytest.mark.parametrize("after_the_effect", [False, True], ids=["before", "after"])
async def test_wherever_it_dies_one_set_of_images_is_the_end(*, after_the_effect: bool) -> None:
    points = await calls_of_a_whole_life()
    assert points >= 20
    for calls in range(points):
        bench = RunBench(count=2)
        await bench.submit()
        assert not await live(bench, calls, after_the_effect=after_the_effect) or after_the_effect
        assert await live(bench, None)
        finished = await bench.stored()
        assert finished.status is Status.SUCCEEDED, calls
        assert finished.fence <= 2, calls
        assert [entry.step for entry in finished.timeline].count("finished") == 1
        assert set(bench.images.objects) == {
            key for image in finished.images for key in (image.key, image.thumbnail_key)
        }, calls


async def test_dying_again_and_again_ends_well_once_it_lives_long_enough() -> None:
    points = await calls_of_a_whole_life()
    bench = RunBench(count=2)
    await bench.submit()
    for calls in range(points + 1):
        await live(bench, calls)
    assert await live(bench, None)
    finished = await bench.stored()
    assert finished.status is Status.SUCCEEDED
    assert len(bench.images.objects) == 4
