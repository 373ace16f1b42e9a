"""Images that cannot be stored, and answers that are lost, cost no image."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    StaleFence,
    StudioUnavailable,
)
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from tests.builders import an_image
from tests.unit.services.attempt.run_bench import RunBench

pytestmark = pytest.mark.anyio


class TestStorage:
    @pytest.mark.parametrize("error", [OSError(28, "No space"), StudioUnavailable("S3 is away.")])
    async def test_a_failure_is_tried_again_and_then_told(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = RunBench()

        async def full(key: str, data: bytes, content_type: str) -> None:
            raise error

        monkeypatch.setattr(bench.images, "put", full)
        after = await bench.run()
        assert (after.status, after.failures) == (Status.QUEUED, 1)
        for _ in range(2):
            bench.clock.advance(state_machine.BACKOFF[-1])
            after = await bench.worker.process(after.ref)
        assert after.failure is not None
        assert (after.status, after.failure.code) == (Status.FAILED, FailureCode.STORAGE_FAILED)

    async def test_nothing_is_written_after_a_failed_attempt_was_tidied(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = RunBench(count=2)
        put = bench.images.put

        async def one_fails_the_other_is_slow(key: str, data: bytes, content_type: str) -> None:
            if key.endswith("0.png"):
                raise OSError(5, "Input/output error")
            for _ in range(50):
                await asyncio.sleep(0)
            await put(key, data, content_type)

        monkeypatch.setattr(bench.images, "put", one_fails_the_other_is_slow)
        assert (await bench.run()).status is Status.QUEUED
        await bench.let_time_pass()
        assert bench.images.objects == {}

    async def test_an_object_whose_answer_was_lost_is_taken_as_stored(self) -> None:
        bench = RunBench()
        key = an_image(replace(bench.generation, fence=1)).key
        bench.images.objects[key] = b"the same bytes"
        assert (await bench.run()).status is Status.SUCCEEDED

    @pytest.mark.parametrize("error", [OSError("reset"), StaleFence("Another look is needed.")])
    async def test_a_finish_whose_answer_was_lost_keeps_its_images(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = RunBench()
        save = bench.records.save

        async def save_without_an_answer(before: Generation, after: Generation) -> None:
            await save(before, after)
            if after.status is Status.SUCCEEDED:
                raise error

        monkeypatch.setattr(bench.records, "save", save_without_an_answer)
        finished = await bench.run()
        assert finished.status is Status.SUCCEEDED
        assert all(image.key in bench.images.objects for image in finished.images)


async def test_a_worker_stopped_while_it_finished_keeps_its_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = RunBench()
    save = bench.records.save
    written = asyncio.Event()

    async def save_and_hang(before: Generation, after: Generation) -> None:
        await save(before, after)
        if after.status is Status.SUCCEEDED:
            written.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(bench.records, "save", save_and_hang)
    running = asyncio.create_task(bench.run())
    await written.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    finished = await bench.stored()
    assert finished.status is Status.SUCCEEDED
    assert all(image.key in bench.images.objects for image in finished.images)
