"""The inputs of an edit: copied once, prepared for the endpoint, kept for a retry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import StaleFence
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Status
from genai_studio.domain.image import generation_prefix, inputs_prefix
from genai_studio.ports import EditInputs, KeptInputs, OriginalFile
from genai_studio.services.attempt.edit_inputs import EditInputKeeper
from genai_studio.services.relay import Relay
from tests.builders import change
from tests.fakes.endpoint import images_of
from tests.fakes.events import FakeEvents
from tests.unit.services.attempt.async_harness import AsyncHarness
from tests.unit.services.attempt.runner_harness import (
    RunnerHarness,
    midway,
    prepare_edit_double,
    refusal,
)

pytestmark = pytest.mark.anyio

SOURCES = {"source.png": b"the source", "mask.png": b"the mask", "original.jpg": b"the original"}
FAILED = refusal(FailureCode.ENDPOINT_REJECTED, retryable=False)


def copies(harness: RunnerHarness | AsyncHarness) -> dict[str, bytes]:
    prefix = inputs_prefix(harness.generation.owner, harness.generation.id)
    return {
        key.removeprefix(prefix): data
        for key, data in harness.images.objects.items()
        if key.startswith(prefix)
    }


def expire_uploads(harness: RunnerHarness | AsyncHarness) -> None:
    for key in [one for one in harness.images.objects if one.startswith("uploads/")]:
        del harness.images.objects[key]


async def relay(harness: RunnerHarness) -> None:
    relay = Relay(harness.records, harness.images, FakeEvents())
    for one in await harness.records.changes(None, 100):
        await relay.process(one)


async def test_the_first_attempt_copies_the_inputs_and_sends_them() -> None:
    harness = RunnerHarness(edit=True)

    finished = await harness.run()

    assert finished.status is Status.SUCCEEDED
    assert copies(harness) == SOURCES
    assert harness.endpoint.inputs == [EditInputs(b"the source", b"the mask")]
    (sent,) = harness.endpoint.requests
    assert (sent.width, sent.height) == (72, 72)  # the size of the workspace
    assert finished.request == harness.generation.request


async def test_a_text_request_has_no_inputs() -> None:
    harness = RunnerHarness()
    await harness.run()

    assert harness.endpoint.inputs == [None]
    assert harness.endpoint.requests == [harness.generation.request]
    assert copies(harness) == {}


async def test_a_later_attempt_uses_the_copies() -> None:
    harness = RunnerHarness(refusal(FailureCode.ENDPOINT_TIMEOUT), edit=True)
    waiting = await harness.run()
    assert waiting.status is Status.QUEUED
    expire_uploads(harness)
    await harness.let_time_pass(3600)

    finished = await harness.worker.process(waiting.ref)

    assert finished.status is Status.SUCCEEDED
    assert harness.endpoint.inputs == [EditInputs(b"the source", b"the mask")] * 2


@pytest.mark.parametrize("missing", ["uploads/a/b/source.png", "uploads/a/c/mask.png"])
async def test_a_missing_input_fails_the_edit_for_good(missing: str) -> None:
    harness = RunnerHarness(edit=True)
    del harness.images.objects[missing]

    failed = await harness.run()

    assert failed.status is Status.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == (FailureCode.SOURCE_MISSING, False)
    assert ("mask" if "mask" in missing else "source image") in failed.failure.message
    assert harness.endpoint.requests == []


async def test_a_missing_original_does_not_matter() -> None:
    harness = RunnerHarness(edit=True)
    del harness.images.objects["uploads/a/b/original.jpg"]

    assert (await harness.run()).status is Status.SUCCEEDED


async def test_the_relay_keeps_the_copies_of_a_failed_edit() -> None:
    harness = RunnerHarness(FAILED, edit=True)
    assert (await harness.run()).status is Status.FAILED
    await relay(harness)

    assert copies(harness) == SOURCES


async def test_the_relay_keeps_the_copies_of_a_finished_edit() -> None:
    harness = RunnerHarness(edit=True)
    await harness.run()
    await relay(harness)

    assert copies(harness) == SOURCES
    assert len(harness.images.objects) == 3 + 3 + 2


async def test_the_relay_keeps_the_copies_of_a_canceled_edit() -> None:
    harness, held, running = await midway(edit=True)
    now = harness.clock.now()
    await change(
        harness.records, await harness.stored(), lambda one: state_machine.cancel(one, now)
    )
    held.go_on.set()
    with pytest.raises(StaleFence):
        await running
    await relay(harness)

    assert copies(harness) == SOURCES
    assert len(harness.images.objects) == 3 + 3


async def test_a_retry_reads_the_copies_of_the_failed_generation() -> None:
    harness = RunnerHarness(FAILED, edit=True)
    failed = await harness.run()
    expire_uploads(harness)
    edit = failed.request.edit
    assert edit is not None
    assert edit.mask is not None
    prefix = inputs_prefix(failed.owner, failed.id)
    kept = replace(
        edit,
        source=replace(edit.source, kept_key=f"{prefix}source.png"),
        mask=replace(edit.mask, kept_key=f"{prefix}mask.png"),
    )
    harness.generation = replace(
        harness.generation,
        id=harness.generation.id[:-1] + "0",
        client_request_id="retry",
        request=replace(failed.request, edit=kept),
    )

    retried = await harness.run()

    assert retried.status is Status.SUCCEEDED
    assert copies(harness) == SOURCES


async def test_a_purge_leaves_nothing_behind() -> None:
    harness = RunnerHarness(edit=True)
    finished = await harness.run()
    trashed = await change(
        harness.records, finished, lambda one: state_machine.trash(one, harness.clock.now())
    )
    await harness.records.purge(trashed)
    await relay(harness)

    prefix = generation_prefix(finished.owner, finished.id)
    assert not [key for key in harness.images.objects if key.startswith(prefix)]


async def test_a_claim_that_ends_after_the_purge_leaves_nothing_behind() -> None:
    harness, held, running = await midway(edit=True)
    assert copies(harness) == SOURCES
    trashed = await change(
        harness.records,
        await harness.stored(),
        lambda one: state_machine.trash(one, harness.clock.now()),
    )
    await harness.records.purge(trashed)
    held.go_on.set()
    with pytest.raises(StaleFence):
        await running

    prefix = generation_prefix(harness.generation.owner, harness.generation.id)
    assert not [key for key in harness.images.objects if key.startswith(prefix)]


async def test_an_asynchronous_endpoint_gets_the_inputs_and_their_size() -> None:
    harness = AsyncHarness(edit=True)

    claimed = await harness.start()

    assert harness.endpoint.inputs == [EditInputs(b"the source", b"the mask")]
    assert harness.endpoint.sizes == [(72, 72)]
    assert claimed.request == harness.generation.request
    expire_uploads(harness)
    notice = harness.endpoint.store_result(claimed, images_of(claimed.request))
    await harness.collector.collect(notice)
    assert (await harness.stored()).status is Status.SUCCEEDED
    assert copies(harness) == SOURCES


async def test_the_kept_inputs_contain_the_original() -> None:
    harness = RunnerHarness(edit=True)
    keeper = EditInputKeeper(harness.images, prepare_edit_double)
    original = OriginalFile(b"the original", "image/jpeg")

    for _ in range(2):
        assert await keeper.kept(harness.generation) == KeptInputs(
            b"the source", b"the mask", original
        )
        expire_uploads(harness)
