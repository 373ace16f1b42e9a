"""The worker over a real queue and a real table: what becomes of messages, and of generations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from genai_studio.bootstrap.aws import longest_attempt
from genai_studio.catalog_file import read_models
from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status, WaitingReason
from genai_studio.domain.request import ImageRequest
from genai_studio.hosts.aws.worker import FIRST_TROUBLE, WINDING_UP, worker_handler
from genai_studio.ports import EndpointImage, IsCanceled, OnProgress
from genai_studio.services.attempt.run import RunTiming
from tests.builders import LEASE, NOON, ManualClock, a_generation, change, succeeded
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.hosts.aws.support.worker_bench import A_WHILE, TAKES, Bench, FlakyRecords
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table
from tests.servers.resources.work_queue import PIPELINE, work_queue

pytestmark = pytest.mark.anyio

THROTTLED = EndpointError(FailureCode.ENDPOINT_THROTTLED, "Too much to do.", retryable=True)


@pytest.fixture
def bench() -> Iterator[Bench]:
    clock = ManualClock()
    with records_table() as table, work_queue() as queue:
        records = FlakyRecords(client("dynamodb", DYNAMODB_LOCAL), table)
        yield Bench(queue, records, FakeImages(clock), ScriptedEndpoint(), FakeEvents(), clock)


EMPTY = {"visible": 0, "in_flight": 0, "delayed": 0, "dead": 0}


async def test_what_is_named_is_made_and_the_message_is_done(bench: Bench) -> None:
    generation = await bench.queued()

    assert await bench.work() == {"batchItemFailures": []}

    finished = await bench.stored(generation)
    assert finished.status is Status.SUCCEEDED
    assert set(bench.images.objects) == {
        key for image in finished.images for key in (image.key, image.thumbnail_key)
    }
    assert bench.work_queue.message_counts() == EMPTY
    assert bench.told == 1


async def test_delivered_five_times_it_is_made_once(bench: Bench) -> None:
    generation = await bench.queued()
    for _ in range(4):
        bench.work_queue.put(generation.ref)

    await bench.work()

    assert len(bench.endpoint.requests) == 1
    assert (await bench.stored(generation)).fence == 1
    assert bench.work_queue.message_counts() == EMPTY


async def test_delivered_five_times_at_once_it_is_made_once(bench: Bench) -> None:
    generation = await bench.queued()
    for _ in range(4):
        bench.work_queue.put(generation.ref)
    events = [{"Records": [record]} for record in bench.work_queue.receive()["Records"]]

    answers = await asyncio.gather(
        *(bench.worker().work(event, lambda: A_WHILE) for event in events)
    )

    assert answers == [{"batchItemFailures": []}] * 5
    finished = await bench.stored(generation)
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 1)
    assert len(bench.endpoint.requests) == 1
    assert len(bench.images.objects) == 2


@pytest.mark.parametrize(
    "step",
    [succeeded, lambda it: state_machine.cancel(it, NOON)],
    ids=["finished", "canceled"],
)
async def test_what_is_final_is_left_alone(
    bench: Bench, step: Callable[[Generation], Generation]
) -> None:
    generation = await change(bench.records, await bench.queued(), step)

    assert await bench.work() == {"batchItemFailures": []}

    assert await bench.stored(generation) == generation
    assert bench.endpoint.requests == []
    assert bench.work_queue.message_counts() == EMPTY


async def test_what_was_purged_is_left_alone(bench: Bench) -> None:
    bench.work_queue.put(a_generation().ref)

    assert await bench.work() == {"batchItemFailures": []}
    assert bench.work_queue.message_counts() == EMPTY


async def test_what_another_holds_is_left_to_it(bench: Bench) -> None:
    """Its end, or the sweeper that ends its lease, brings a message of its own."""
    generation = await bench.queued()
    held = await change(
        bench.records, generation, lambda it: state_machine.claim(it, bench.clock.now(), LEASE)
    )

    assert await bench.work() == {"batchItemFailures": []}

    assert await bench.stored(held) == held
    assert held.due_at is not None
    assert bench.work_queue.message_counts() == EMPTY


async def test_a_wait_costs_no_receive_but_a_message_sent_for_its_end(bench: Bench) -> None:
    bench.endpoint.then(THROTTLED)
    generation = await bench.queued()

    assert await bench.work() == {"batchItemFailures": []}

    waiting = await bench.stored(generation)
    assert waiting.waiting_reason is WaitingReason.ENDPOINT_THROTTLED
    assert bench.work_queue.message_counts() == EMPTY | {"delayed": 1}
    bench.clock.advance(state_machine.THROTTLED_WAIT)
    event = bench.work_queue.receive(wait=20)
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"
    await bench.worker().work(event, lambda: A_WHILE)
    assert (await bench.stored(generation)).status is Status.SUCCEEDED


async def test_a_message_that_comes_before_the_wait_is_over_is_done(bench: Bench) -> None:
    bench.endpoint.then(THROTTLED)
    generation = await bench.queued()
    await bench.work()
    bench.work_queue.put(generation.ref)

    assert await bench.work() == {"batchItemFailures": []}

    waiting = await bench.stored(generation)
    assert waiting.due_at == waiting.not_before
    assert bench.work_queue.message_counts() == EMPTY | {"delayed": 1}


async def test_when_the_end_of_a_wait_cannot_be_sent_the_sweeper_knows_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.endpoint.then(THROTTLED)
    generation = await bench.queued()
    worker = bench.worker()

    async def refuse(*_: object) -> None:
        raise StudioUnavailable("SQS cannot be used: ServiceUnavailable.")

    monkeypatch.setattr(worker._queue, "send", refuse)

    assert await bench.work(worker=worker) == {"batchItemFailures": []}

    waiting = await bench.stored(generation)
    later = bench.clock.now() + timedelta(minutes=1)
    assert await bench.records.due(later, 10) == (waiting.ref,)


async def test_an_outage_is_waited_out_longer_each_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await bench.queued()
    worker = bench.worker()
    hidden: list[timedelta] = []

    async def hide(receipt: str, until: timedelta) -> None:
        hidden.append(until)
        await bench.work_queue.queue.hide(receipt, timedelta())

    monkeypatch.setattr(worker._queue, "hide", hide)
    bench.records.outages = 3

    for _ in range(3):
        assert len((await bench.work(worker=worker))["batchItemFailures"]) == 1
    assert await bench.work(worker=worker) == {"batchItemFailures": []}

    assert hidden == [FIRST_TROUBLE, 2 * FIRST_TROUBLE, 4 * FIRST_TROUBLE]
    assert (await bench.stored(generation)).status is Status.SUCCEEDED


async def test_one_that_fails_does_not_hold_up_the_others_of_its_batch(bench: Bench) -> None:
    await bench.queued()
    second = await bench.queued()
    bench.records.outages = 1

    answer = await bench.work()

    assert len(answer["batchItemFailures"]) == 1
    assert bench.work_queue.message_counts() == EMPTY | {"in_flight": 1}
    made = {request.prompt for request in bench.endpoint.requests}
    assert made == {second.request.prompt}


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
async def test_what_names_no_generation_dies_soon_and_unread(
    bench: Bench, body: str, caplog: pytest.LogCaptureFixture
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

    answer = await bench.worker().work(event, lambda: A_WHILE)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert "message-1" in caplog.text
    assert len(body) < 3 or body not in caplog.text


async def test_a_poison_message_lands_in_the_dead_letter_queue(bench: Bench) -> None:
    bench.work_queue.put_text("poison")
    for _ in range(PIPELINE["queue"]["maxReceiveCount"]):
        event = bench.work_queue.receive(wait=5)
        answer = await bench.worker().work(event, lambda: A_WHILE)
        assert len(answer["batchItemFailures"]) == 1

    assert bench.work_queue.receive(wait=2) == {"Records": []}
    assert bench.work_queue.message_counts() == EMPTY | {"dead": 1}


async def test_nothing_is_begun_that_could_not_be_finished(bench: Bench) -> None:
    generation = await bench.queued()

    answer = await bench.work(left=lambda: TAKES + WINDING_UP - timedelta(seconds=1))

    assert len(answer["batchItemFailures"]) == 1
    assert await bench.stored(generation) == generation
    event = bench.work_queue.receive(wait=5)
    assert len(event["Records"]) == 1, "the next worker has it at once"


async def test_an_attempt_gives_its_claim_back_before_lambda_ends_it(bench: Bench) -> None:
    async def hang(_: ImageRequest, __: OnProgress, ___: IsCanceled) -> Sequence[EndpointImage]:
        await asyncio.Event().wait()
        return ()

    bench.endpoint.then(hang)
    generation = await bench.queued()
    worker = bench.worker(takes=timedelta())

    answer = await bench.work(worker=worker, left=lambda: WINDING_UP + timedelta(milliseconds=300))

    assert len(answer["batchItemFailures"]) == 1
    released = await bench.stored(generation)
    assert (released.status, released.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert released.not_before is None, "so the stream tells of it at once"
    assert bench.told == 1


async def test_a_worker_that_died_is_followed_by_another_once(bench: Bench) -> None:
    generation = await bench.queued()
    bench.work_queue.receive()  # and it dies: the message is hidden, the lease runs
    await change(
        bench.records, generation, lambda it: state_machine.claim(it, bench.clock.now(), LEASE)
    )
    bench.clock.advance(LEASE)
    bench.work_queue.put(generation.ref)  # what the stream tells when the sweeper ended the lease

    await bench.work()

    finished = await bench.stored(generation)
    assert (finished.status, finished.fence) == (Status.SUCCEEDED, 2)


async def test_the_handler_asks_lambda_for_the_time(bench: Bench) -> None:
    generation = await bench.queued()
    event = bench.work_queue.receive()
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1000)
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler = worker_handler(bench.worker(), loop)
        answer = await asyncio.wrap_future(function.submit(handler, event, context))

    assert len(answer["batchItemFailures"]) == 1
    assert await bench.stored(generation) == generation


async def test_no_prompt_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="genai_studio")
    bench.endpoint.then(RuntimeError("a secret apple"))
    await bench.queued(prompt="a secret apple")

    await bench.work()

    assert "secret apple" not in caplog.text


def test_the_deployed_worker_has_the_time_for_every_model() -> None:
    given = timedelta(seconds=PIPELINE["worker"]["timeoutSeconds"])
    assert given <= timedelta(minutes=15), "Lambda's own limit"
    for model in read_models():
        assert longest_attempt(model) + WINDING_UP < given, model.id


def test_a_message_stays_hidden_while_its_worker_may_still_live() -> None:
    hidden = PIPELINE["queue"]["visibilityTimeoutSeconds"]
    assert hidden >= 6 * PIPELINE["worker"]["timeoutSeconds"], "as AWS advises"


def test_a_lease_outlives_a_call_that_cannot_extend_it() -> None:
    from genai_studio.sagemaker.client import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS

    assert RunTiming().lease.total_seconds() > READ_TIMEOUT_SECONDS + CONNECT_TIMEOUT_SECONDS
