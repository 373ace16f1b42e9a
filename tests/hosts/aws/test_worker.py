"""The worker with a real queue and a real table: effects on messages and generations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from genai_studio.bootstrap.aws import max_attempt_duration
from genai_studio.catalog_file import read_models
from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from genai_studio.domain.request import ImageRequest
from genai_studio.hosts.aws.worker import INITIAL_ERROR_DELAY, SHUTDOWN_RESERVE, worker_handler
from genai_studio.ports import EndpointImage, IsCanceled, OnProgress
from genai_studio.services.attempt.sync_runner import LeaseTiming
from tests.builders import LEASE, NOON, ManualClock, a_generation, change, succeeded
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.hosts.aws.support.worker_harness import (
    FUNCTION_TIMEOUT,
    MAX_ATTEMPT_DURATION,
    FlakyRecords,
    WorkerHarness,
)
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table
from tests.servers.resources.work_queue import PIPELINE, work_queue

pytestmark = pytest.mark.anyio

THROTTLED = EndpointError(FailureCode.ENDPOINT_THROTTLED, "Too many requests.", retryable=True)


@pytest.fixture
def harness() -> Iterator[WorkerHarness]:
    clock = ManualClock()
    with records_table() as table, work_queue() as queue:
        records = FlakyRecords(client("dynamodb", DYNAMODB_LOCAL), table)
        yield WorkerHarness(
            queue, records, FakeImages(clock), ScriptedEndpoint(), FakeEvents(), clock
        )


EMPTY = {"visible": 0, "in_flight": 0, "delayed": 0, "dead": 0}


async def test_message_is_processed_and_deleted(harness: WorkerHarness) -> None:
    generation = await harness.queued()

    assert await harness.work() == {"batchItemFailures": []}

    finished = await harness.stored(generation)
    assert finished.status is Status.SUCCEEDED
    assert set(harness.images.objects) == {
        key for image in finished.images for key in (image.key, image.thumbnail_key)
    }
    assert harness.work_queue.message_counts() == EMPTY
    assert harness.flushes == 1


async def test_duplicate_messages_make_one_attempt(harness: WorkerHarness) -> None:
    generation = await harness.queued()
    for _ in range(4):
        harness.work_queue.put(generation.ref)

    await harness.work()

    assert len(harness.endpoint.requests) == 1
    assert (await harness.stored(generation)).fence == 1
    assert harness.work_queue.message_counts() == EMPTY


async def test_concurrent_duplicate_messages_make_one_attempt(harness: WorkerHarness) -> None:
    generation = await harness.queued()
    for _ in range(4):
        harness.work_queue.put(generation.ref)
    events = [{"Records": [record]} for record in harness.work_queue.receive()["Records"]]

    results = await asyncio.gather(
        *(harness.worker().work(event, lambda: FUNCTION_TIMEOUT) for event in events)
    )

    assert results == [{"batchItemFailures": []}] * 5
    finished = await harness.stored(generation)
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
    assert len(harness.endpoint.requests) == 1
    assert len(harness.images.objects) == 2


@pytest.mark.parametrize(
    "step",
    [succeeded, lambda it: state_machine.cancel(it, NOON)],
    ids=["finished", "canceled"],
)
async def test_final_generation_is_ignored(
    harness: WorkerHarness, step: Callable[[Generation], Generation]
) -> None:
    generation = await change(harness.records, await harness.queued(), step)

    assert await harness.work() == {"batchItemFailures": []}

    assert await harness.stored(generation) == generation
    assert harness.endpoint.requests == []
    assert harness.work_queue.message_counts() == EMPTY


async def test_purged_generation_is_ignored(harness: WorkerHarness) -> None:
    harness.work_queue.put(a_generation().ref)

    assert await harness.work() == {"batchItemFailures": []}
    assert harness.work_queue.message_counts() == EMPTY


async def test_claimed_generation_is_left_to_its_holder(harness: WorkerHarness) -> None:
    """When the attempt or its lease ends, another message follows."""
    generation = await harness.queued()
    held = await change(
        harness.records, generation, lambda it: state_machine.claim(it, harness.clock.now(), LEASE)
    )

    assert await harness.work() == {"batchItemFailures": []}

    assert await harness.stored(held) == held
    assert held.due_at is not None
    assert harness.work_queue.message_counts() == EMPTY


async def test_wait_sends_delayed_message_and_deletes_current_one(harness: WorkerHarness) -> None:
    harness.endpoint.then(THROTTLED)
    generation = await harness.queued()

    assert await harness.work() == {"batchItemFailures": []}

    waiting = await harness.stored(generation)
    assert waiting.waiting_reason is WaitingReason.ENDPOINT_THROTTLED
    assert harness.work_queue.message_counts() == EMPTY | {"delayed": 1}
    harness.clock.advance(state_machine.THROTTLED_WAIT)
    event = harness.work_queue.receive(wait=20)
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"
    await harness.worker().work(event, lambda: FUNCTION_TIMEOUT)
    assert (await harness.stored(generation)).status is Status.SUCCEEDED


async def test_message_during_backoff_is_deleted(harness: WorkerHarness) -> None:
    harness.endpoint.then(THROTTLED)
    generation = await harness.queued()
    await harness.work()
    harness.work_queue.put(generation.ref)

    assert await harness.work() == {"batchItemFailures": []}

    waiting = await harness.stored(generation)
    assert waiting.due_at == waiting.not_before
    assert harness.work_queue.message_counts() == EMPTY | {"delayed": 1}


async def test_failed_send_leaves_wait_to_sweeper(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.endpoint.then(THROTTLED)
    generation = await harness.queued()
    worker = harness.worker()

    async def refuse(*_: object) -> None:
        raise StudioUnavailable("SQS is unavailable: ServiceUnavailable.")

    monkeypatch.setattr(worker._queue, "send", refuse)

    assert await harness.work(worker=worker) == {"batchItemFailures": []}

    waiting = await harness.stored(generation)
    later = harness.clock.now() + timedelta(minutes=1)
    assert await harness.records.due(later, 10) == (waiting.ref,)


async def test_outage_doubles_redelivery_delay(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await harness.queued()
    worker = harness.worker()
    hidden: list[timedelta] = []

    async def set_visibility_timeout(receipt_handle: str, delay: timedelta) -> None:
        hidden.append(delay)
        await harness.work_queue.queue.set_visibility_timeout(receipt_handle, timedelta())

    monkeypatch.setattr(worker._queue, "set_visibility_timeout", set_visibility_timeout)
    harness.records.outages = 3

    for _ in range(3):
        assert len((await harness.work(worker=worker))["batchItemFailures"]) == 1
    assert await harness.work(worker=worker) == {"batchItemFailures": []}

    assert hidden == [INITIAL_ERROR_DELAY, 2 * INITIAL_ERROR_DELAY, 4 * INITIAL_ERROR_DELAY]
    assert (await harness.stored(generation)).status is Status.SUCCEEDED


async def test_failed_message_does_not_block_batch(harness: WorkerHarness) -> None:
    await harness.queued()
    second = await harness.queued()
    harness.records.outages = 1

    result = await harness.work()

    assert len(result["batchItemFailures"]) == 1
    assert harness.work_queue.message_counts() == EMPTY | {"in_flight": 1}
    prompts = {request.prompt for request in harness.endpoint.requests}
    assert prompts == {second.request.prompt}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a red apple",
        "[]",
        "null",
        '{"owner": "alice"}',
        '{"owner": "", "id": "0197c0de-0000-7000-8000-000000000000"}',
        '{"owner": "alice", "id": "../bob"}',
        '{"owner": 7, "id": "0197c0de-0000-7000-8000-000000000000"}',
    ],
)
async def test_invalid_message_is_returned_at_once_and_not_logged(
    harness: WorkerHarness, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    event = {
        "Records": [
            {
                "messageId": "message-1",
                "receiptHandle": "none",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
            }
        ]
    }

    result = await harness.worker().work(event, lambda: FUNCTION_TIMEOUT)

    assert result == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert "message-1" in caplog.text
    assert len(body) < 3 or body not in caplog.text


async def test_invalid_message_is_dead_lettered(harness: WorkerHarness) -> None:
    harness.work_queue.put_text("poison")
    for _ in range(PIPELINE["queue"]["maxReceiveCount"]):
        event = harness.work_queue.receive(wait=5)
        result = await harness.worker().work(event, lambda: FUNCTION_TIMEOUT)
        assert len(result["batchItemFailures"]) == 1

    assert harness.work_queue.receive(wait=2) == {"Records": []}
    assert harness.work_queue.message_counts() == EMPTY | {"dead": 1}


async def test_attempt_is_not_started_without_enough_time(harness: WorkerHarness) -> None:
    generation = await harness.queued()

    result = await harness.work(
        remaining_time=lambda: MAX_ATTEMPT_DURATION + SHUTDOWN_RESERVE - timedelta(seconds=1)
    )

    assert len(result["batchItemFailures"]) == 1
    assert await harness.stored(generation) == generation
    event = harness.work_queue.receive(wait=5)
    assert len(event["Records"]) == 1, "the message must be redelivered at once"


TIME_TO_CLAIM = timedelta(seconds=2)
"""Enough on a busy machine. The attempt waits for all of it."""


async def test_attempt_releases_claim_before_lambda_timeout(harness: WorkerHarness) -> None:
    async def hang(_: ImageRequest, __: OnProgress, ___: IsCanceled) -> Sequence[EndpointImage]:
        await asyncio.Event().wait()
        return ()

    harness.endpoint.then(hang)
    generation = await harness.queued()
    worker = harness.worker(max_attempt_duration=timedelta())

    result = await harness.work(
        worker=worker, remaining_time=lambda: SHUTDOWN_RESERVE + TIME_TO_CLAIM
    )

    assert len(result["batchItemFailures"]) == 1
    released = await harness.stored(generation)
    assert (released.status, released.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert released.not_before is None, "the stream must send a message at once"
    assert harness.flushes == 1


async def test_lost_worker_is_replaced_once(harness: WorkerHarness) -> None:
    generation = await harness.queued()
    harness.work_queue.receive()  # The worker dies: the message is invisible, the lease runs.
    await change(
        harness.records, generation, lambda it: state_machine.claim(it, harness.clock.now(), LEASE)
    )
    harness.clock.advance(LEASE)
    harness.work_queue.put(generation.ref)  # The stream sends it after the sweeper ends the lease.

    await harness.work()

    finished = await harness.stored(generation)
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 2)


async def test_handler_uses_remaining_time_of_context(harness: WorkerHarness) -> None:
    generation = await harness.queued()
    event = harness.work_queue.receive()
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1000)
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler = worker_handler(harness.worker(), loop)
        result = await asyncio.wrap_future(function.submit(handler, event, context))

    assert len(result["batchItemFailures"]) == 1
    assert await harness.stored(generation) == generation


async def test_prompt_is_not_logged(
    harness: WorkerHarness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="genai_studio")
    harness.endpoint.then(RuntimeError("a secret apple"))
    await harness.queued(prompt="a secret apple")

    await harness.work()

    assert "secret apple" not in caplog.text


def test_function_timeout_covers_max_attempt_duration_of_every_model() -> None:
    given = timedelta(seconds=PIPELINE["worker"]["timeoutSeconds"])
    assert given <= timedelta(minutes=15), "Lambda's limit"
    for model in read_models():
        assert max_attempt_duration(model) + SHUTDOWN_RESERVE < given, model.id


def test_visibility_timeout_exceeds_function_timeout() -> None:
    hidden = PIPELINE["queue"]["visibilityTimeoutSeconds"]
    assert hidden >= 6 * PIPELINE["worker"]["timeoutSeconds"], "AWS's recommendation"


def test_lease_outlives_longest_call() -> None:
    from genai_studio.sagemaker.client import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS

    assert LeaseTiming().lease.total_seconds() > READ_TIMEOUT_SECONDS + CONNECT_TIMEOUT_SECONDS
