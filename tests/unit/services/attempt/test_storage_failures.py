"""Storage failures and lost responses."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    ImageExists,
    StaleFence,
    StudioUnavailable,
)
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from tests.builders import an_image
from tests.unit.services.attempt.runner_harness import RunnerHarness

pytestmark = pytest.mark.anyio


class TestStorage:
    @pytest.mark.parametrize(
        "error", [OSError(28, "No space"), StudioUnavailable("S3 is unavailable.")]
    )
    async def test_a_storage_failure_is_retried_and_then_recorded(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = RunnerHarness()

        async def full(key: str, data: bytes, content_type: str) -> None:
            raise error

        monkeypatch.setattr(harness.images, "put", full)
        after = await harness.run()
        assert (after.status, after.failures) == (Status.QUEUED, 1)
        for _ in range(2):
            harness.clock.advance(state_machine.BACKOFF[-1])
            after = await harness.worker.process(after.ref)
        assert after.failure is not None
        assert (after.status, after.failure.code) == (Status.FAILED, FailureCode.STORAGE_FAILED)
        assert ("disk is full" in after.failure.message) == isinstance(error, OSError)
        assert [one.step for one in after.timeline if one.component == "images"] == [
            f"not stored, attempt {number}: {after.failure.message}" for number in (1, 2, 3)
        ]

    async def test_the_digest_is_of_the_object_that_is_already_stored(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A repeated attempt signs the same image again, with another signature."""
        harness = RunnerHarness()
        put = harness.images.put

        async def stored_before(key: str, data: bytes, content_type: str) -> None:
            await put(key, b"signed before", content_type)
            await put(key, data, content_type)

        monkeypatch.setattr(harness.images, "put", stored_before)
        [image] = (await harness.run()).images

        assert harness.images.objects[image.key] == b"signed before"
        assert image.sha256 == hashlib.sha256(b"signed before").hexdigest()
        assert image.bytes == len(b"signed before")

    async def test_an_object_that_was_deleted_meanwhile_is_a_storage_failure(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = RunnerHarness()

        async def exists(key: str, data: bytes, content_type: str) -> None:
            raise ImageExists("It exists.")

        monkeypatch.setattr(harness.images, "put", exists)
        after = await harness.run()

        assert (after.status, after.failures) == (Status.QUEUED, 1)

    async def test_no_object_is_written_after_the_cleanup(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = RunnerHarness(count=2)
        put = harness.images.put

        async def one_fails_the_other_is_slow(key: str, data: bytes, content_type: str) -> None:
            if key.endswith("0.png"):
                raise OSError(5, "Input/output error")
            for _ in range(50):
                await asyncio.sleep(0)
            await put(key, data, content_type)

        monkeypatch.setattr(harness.images, "put", one_fails_the_other_is_slow)
        assert (await harness.run()).status is Status.QUEUED
        await harness.let_time_pass()
        assert harness.images.objects == {}

    async def test_an_existing_object_counts_as_stored(self) -> None:
        harness = RunnerHarness()
        key = an_image(replace(harness.generation, fence=1)).key
        harness.images.objects[key] = b"the same bytes"
        assert (await harness.run()).status is Status.SUCCEEDED

    @pytest.mark.parametrize("error", [OSError("reset"), StaleFence("Another look is needed.")])
    async def test_a_lost_save_response_keeps_the_images(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harness = RunnerHarness()
        save = harness.records.save

        async def save_without_an_answer(before: Generation, after: Generation) -> None:
            await save(before, after)
            if after.status is Status.SUCCEEDED:
                raise error

        monkeypatch.setattr(harness.records, "save", save_without_an_answer)
        finished = await harness.run()
        assert finished.status is Status.SUCCEEDED
        assert all(image.key in harness.images.objects for image in finished.images)


async def test_a_worker_canceled_while_saving_keeps_the_images(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness = RunnerHarness()
    save = harness.records.save
    written = asyncio.Event()

    async def save_and_hang(before: Generation, after: Generation) -> None:
        await save(before, after)
        if after.status is Status.SUCCEEDED:
            written.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(harness.records, "save", save_and_hang)
    running = asyncio.create_task(harness.run())
    await written.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    finished = await harness.stored()
    assert finished.status is Status.SUCCEEDED
    assert all(image.key in harness.images.objects for image in finished.images)
