"""Crash the process of a generation at every store call and check that another finishes it.

One process runs a generation and relays its changes. For every number of store calls,
it crashes before the next call or after its effect. A second process then takes over.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, cast

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.image import inputs_prefix
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, EndpointProgress, IsCanceled, OnProgress
from genai_studio.services.attempt.sync_runner import SyncRunner
from genai_studio.services.relay import Relay
from genai_studio.services.transition import transition
from tests.fakes.endpoint import ScriptedEndpoint, images_of
from tests.unit.services.attempt.runner_harness import (
    TIMING,
    RunnerHarness,
    encode_image_double,
    prepare_edit_double,
)

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """A crash. It is not an `Exception`, so the code under test does not handle it."""


class CallBudget:
    """The number of calls until the process crashes. None means that it never does."""

    def __init__(self, calls: int | None) -> None:
        self._left = calls

    def check(self) -> None:
        if self._left is not None and self._left <= 0:
            raise Killed

    def spend(self) -> None:
        if self._left is not None:
            self._left -= 1
        self.check()


class CrashingAdapter:
    """An adapter that raises `Killed` when the budget is spent."""

    def __init__(self, adapter: Any, budget: CallBudget, *, after_effect: bool) -> None:
        self._adapter = adapter
        self._life = budget
        self._after_the_effect = after_effect

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            self._life.check()
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


async def run_process(
    harness: RunnerHarness, calls: int | None, *, after_effect: bool = False
) -> bool:
    """Run one process: release the previous claim, run the generation, relay changes.

    Returns:
        Whether it completed without a crash.
    """
    budget = CallBudget(calls)
    records, images, events = (
        cast("Any", CrashingAdapter(adapter, budget, after_effect=after_effect))
        for adapter in (harness.records, harness.images, harness.events)
    )
    endpoint = ScriptedEndpoint(with_preview)
    runner = SyncRunner(
        records,
        images,
        endpoint,
        events,
        harness.clock,
        encode_image_double,
        prepare_edit_double,
        TIMING,
    )

    def release(generation: Generation) -> Generation | None:
        if generation.status is not Status.RUNNING:
            return None
        return state_machine.release(generation, generation.fence, harness.clock.now())

    try:
        left_behind = await transition(records, harness.generation.ref, release)
        if not left_behind.status.final:
            await runner.process(harness.generation.ref)
        relay = Relay(records, images, events)
        # Start from the beginning, because a crash may also lose the position.
        for change in await records.changes(None, 100):
            await relay.process(change)
    except Killed:
        return False
    return True


async def calls_of_complete_run(*, edit: bool) -> int:
    calls = 0
    while True:
        harness = RunnerHarness(count=2, edit=edit)
        await harness.submit()
        if await run_process(harness, calls):
            return calls
        calls += 1


@pytest.mark.parametrize("edit", [False, True], ids=["text", "edit"])
@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
async def test_crash_at_any_call_ends_with_one_set_of_images(
    *, after_effect: bool, edit: bool
) -> None:
    points = await calls_of_complete_run(edit=edit)
    assert points >= 20
    for calls in range(points):
        harness = RunnerHarness(count=2, edit=edit)
        sources = set(harness.images.objects)
        await harness.submit()
        assert not await run_process(harness, calls, after_effect=after_effect) or after_effect
        assert await run_process(harness, None)
        finished = await harness.stored()
        assert finished.status is Status.SUCCEEDED, calls
        assert finished.fence <= 2, calls
        assert [entry.step for entry in finished.timeline].count("finished") == 1
        assert set(harness.images.objects) - sources == expected_objects(finished), calls


def expected_objects(finished: Generation) -> set[str]:
    """Return the keys of the images, and of the copies of an edit's inputs."""
    images = {key for image in finished.images for key in (image.key, image.thumbnail_key)}
    if finished.request.edit is None:
        return images
    prefix = inputs_prefix(finished.owner, finished.id)
    return images | {f"{prefix}{name}" for name in ("source.png", "mask.png", "original.jpg")}


async def test_repeated_crashes_end_with_success() -> None:
    points = await calls_of_complete_run(edit=False)
    harness = RunnerHarness(count=2)
    await harness.submit()
    for calls in range(points + 1):
        await run_process(harness, calls)
    assert await run_process(harness, None)
    finished = await harness.stored()
    assert finished.status is Status.SUCCEEDED
    assert len(harness.images.objects) == 4
