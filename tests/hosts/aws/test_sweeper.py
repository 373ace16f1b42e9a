"""The sweeper with a real table and real queues."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.reindex import Reindex
from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import (
    RESEND_AFTER,
    Generation,
    GenerationRef,
    Status,
    WaitingReason,
)
from genai_studio.hosts.aws import sweeper as module
from genai_studio.hosts.aws.sweeper import Sweeper, sweeper_handler
from genai_studio.services import sweep
from genai_studio.services.dead_lettered import DeadLettered
from genai_studio.services.sweep import Sweep
from genai_studio.system_clock import SystemClock
from tests.builders import LEASE, NOON, ManualClock, a_generation, change, submit
from tests.hosts.aws.test_publisher import stream_event
from tests.rehearsal.emulators.event_pattern import matches
from tests.rehearsal.emulators.pipe import fill_template
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table
from tests.servers.resources.work_queue import PIPELINE, WorkQueue, work_queue

pytestmark = pytest.mark.anyio

THROTTLED = EndpointError(FailureCode.ENDPOINT_THROTTLED, "Too many requests.", retryable=True)


def reindex(table: str) -> Reindex:
    """Return a new pass over the search terms of a table."""
    dynamodb = client("dynamodb", DYNAMODB_LOCAL)
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    return Reindex(dynamodb, table, calls, Postings(dynamodb, table, calls))


def function_timeout() -> timedelta:
    """Return the remaining time of a function that has just started."""
    return timedelta(seconds=PIPELINE["sweeper"]["timeoutSeconds"])


@dataclass
class SweeperHarness:
    """A sweeper and its collaborators."""

    table: str
    records: DynamoRecords
    work_queue: WorkQueue
    clock: ManualClock

    def sweeper(self) -> Sweeper:
        return Sweeper(
            Sweep(self.records, self.clock),
            DeadLettered(self.records, self.clock),
            self.work_queue.dead_letters,
            reindex(self.table),
        )

    async def sweep(self) -> None:
        await self.sweeper().work(function_timeout)

    async def queued(self, **fields: Any) -> Generation:
        return await submit(self.records, a_generation(at=self.clock.now(), **fields))

    async def running(self) -> Generation:
        return await change(
            self.records,
            await self.queued(),
            lambda it: state_machine.claim(it, self.clock.now(), LEASE),
        )

    async def waiting(self) -> Generation:
        running = await self.running()
        return await change(
            self.records,
            running,
            lambda it: state_machine.attempt_failed(
                it, it.fence, self.clock.now(), THROTTLED.failure
            ),
        )

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found

    def dead_letter(self, ref: GenerationRef) -> None:
        """Put a message for a generation into the dead-letter queue."""
        self.work_queue.put_dead(json.dumps({"owner": ref.owner, "id": ref.id}))

    def damage(self, generation: Generation) -> None:
        """Replace the stored document by an unreadable one."""
        client("dynamodb", DYNAMODB_LOCAL).update_item(
            TableName=self.table,
            Key={"pk": {"S": generation.owner}, "sk": {"S": f"generation#{generation.id}"}},
            UpdateExpression="SET document = :damaged",
            ExpressionAttributeValues={":damaged": {"S": '{"schema": 1, "generation": {}}'}},
        )


@pytest.fixture
def harness() -> Iterator[SweeperHarness]:
    # ministack takes the time of messages from the system clock.
    clock = ManualClock(SystemClock().now())
    with records_table() as table, work_queue() as queue:
        records = DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), table)
        yield SweeperHarness(table, records, queue, clock)


async def test_sweep_ends_due_leases_and_waits(harness: SweeperHarness) -> None:
    lost, waiting = await harness.running(), await harness.waiting()
    fresh = await harness.queued()
    harness.clock.advance(LEASE)

    await harness.sweep()

    requeued = await harness.stored(lost)
    assert (requeued.status, requeued.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert (await harness.stored(waiting)).not_before is None
    assert await harness.stored(fresh) == fresh


async def test_sweep_sends_a_generation_again_whose_message_was_lost(
    harness: SweeperHarness,
) -> None:
    """The change that the sweep stores passes the filter of the pipe to the queue."""
    now = harness.clock.now()
    waiting = await harness.queued(resend_at=now + RESEND_AFTER)
    message = {"owner": waiting.owner, "id": waiting.id}
    await harness.sweep()
    assert messages_of_pipe(harness.table) == [message], "lost; another one is not due yet"
    harness.clock.advance(RESEND_AFTER)

    await harness.sweep()
    await harness.sweep()

    assert messages_of_pipe(harness.table) == [message, message]
    after = await harness.stored(waiting)
    assert (after.status, after.fence) == (Status.QUEUED, 0)
    assert after.resend_at == harness.clock.now() + RESEND_AFTER


def messages_of_pipe(table: str) -> list[Any]:
    """Return what the deployed pipe sends to the queue for all changes of the table."""
    pipe = PIPELINE["pipe"]
    return [
        json.loads(fill_template(pipe["inputTemplate"], record))
        for record in stream_event(table)["Records"]
        if matches(pipe["filter"], record)
    ]


async def test_sweep_processes_several_batches(
    harness: SweeperHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (module, sweep):
        monkeypatch.setattr(place, "BATCH", 2)
    lost = [await harness.running() for _ in range(5)]
    harness.clock.advance(LEASE)

    await harness.sweep()

    assert {(await harness.stored(one)).status for one in lost} == {Status.QUEUED}


async def test_sweep_stops_when_time_runs_out(harness: SweeperHarness) -> None:
    lost = await harness.running()
    harness.clock.advance(LEASE)

    await harness.sweeper().work(lambda: module.DEAD_LETTER_RESERVE)

    assert (await harness.stored(lost)).status is Status.RUNNING


async def test_unreadable_record_does_not_block_sweep(
    harness: SweeperHarness, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = await harness.running()
    harness.clock.advance(1)
    lost = await harness.running()
    harness.damage(damaged)
    harness.clock.advance(LEASE)

    await harness.sweep()

    assert (await harness.stored(lost)).status is Status.QUEUED
    assert damaged.id in caplog.text


async def test_dead_lettered_generation_fails_as_undeliverable(harness: SweeperHarness) -> None:
    generation = await harness.queued()
    harness.dead_letter(generation.ref)

    await harness.sweep()

    failed = await harness.stored(generation)
    assert failed.status is Status.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == (FailureCode.UNDELIVERABLE, True)
    assert failed.quota_held == 0


async def test_dead_letter_stays_in_queue(harness: SweeperHarness) -> None:
    harness.dead_letter((await harness.queued()).ref)

    await harness.sweep()
    await harness.sweep()

    assert harness.work_queue.message_counts()["dead"] == 1


@pytest.mark.parametrize("state", ["running", "waiting"])
async def test_generation_with_due_time_is_not_failed(harness: SweeperHarness, state: str) -> None:
    generation = await (harness.running() if state == "running" else harness.waiting())
    harness.dead_letter(generation.ref)

    await harness.sweep()

    assert await harness.stored(generation) == generation


async def test_generation_changed_after_message_is_not_failed(
    harness: SweeperHarness,
) -> None:
    running = await harness.running()
    harness.dead_letter(running.ref)
    harness.clock.advance(LEASE)
    await harness.sweep()

    await harness.sweep()

    requeued = await harness.stored(running)
    assert (requeued.status, requeued.not_before) == (Status.QUEUED, None)


async def test_final_or_missing_generation_is_ignored(harness: SweeperHarness) -> None:
    canceled = await change(
        harness.records, await harness.queued(), lambda it: state_machine.cancel(it, NOON)
    )
    harness.dead_letter(canceled.ref)
    harness.dead_letter(a_generation().ref)

    await harness.sweep()

    assert await harness.stored(canceled) == canceled


async def test_invalid_dead_letter_does_not_block_others(
    harness: SweeperHarness, caplog: pytest.LogCaptureFixture
) -> None:
    damaged, generation = await harness.queued(), await harness.queued()
    harness.damage(damaged)
    harness.work_queue.put_dead("a secret apple")
    harness.dead_letter(damaged.ref)
    harness.dead_letter(generation.ref)

    await harness.sweep()

    assert (await harness.stored(generation)).status is Status.FAILED
    assert "The dead-letter queue has 1 invalid messages" in caplog.text
    assert "secret" not in caplog.text
    assert harness.work_queue.message_counts()["dead"] == 3


async def test_table_outage_raises_and_releases_dead_letters(harness: SweeperHarness) -> None:
    generation = await harness.queued()
    harness.dead_letter(generation.ref)
    sweeper = Sweeper(
        Sweep(Outage(), harness.clock),  # type: ignore[arg-type]
        DeadLettered(Outage(), harness.clock),  # type: ignore[arg-type]
        harness.work_queue.dead_letters,
        reindex(harness.table),
    )

    with pytest.raises(StudioUnavailable, match="incomplete"):
        await sweeper.work(function_timeout)

    assert harness.work_queue.message_counts()["dead"] == 1
    assert await harness.stored(generation) == generation


async def test_sweep_error_does_not_prevent_dead_letter_processing(
    harness: SweeperHarness,
) -> None:
    generation = await harness.queued()
    harness.dead_letter(generation.ref)
    sweeper = Sweeper(
        Sweep(Outage(), harness.clock),  # type: ignore[arg-type]
        DeadLettered(harness.records, harness.clock),
        harness.work_queue.dead_letters,
        reindex(harness.table),
    )

    with pytest.raises(StudioUnavailable):
        await sweeper.work(function_timeout)

    assert (await harness.stored(generation)).status is Status.FAILED


async def test_handler_supports_repeated_calls(harness: SweeperHarness) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 55_000)
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler = sweeper_handler(harness.sweeper(), loop)
        for _ in range(2):
            await asyncio.wrap_future(function.submit(handler, {}, context))


class Outage:
    """Records whose table is unavailable."""

    async def due(self, now: datetime, limit: int) -> list[GenerationRef]:
        raise StudioUnavailable("DynamoDB is unavailable: ServiceUnavailable.")

    async def get(self, owner: str, generation_id: str) -> Generation:
        raise StudioUnavailable("DynamoDB is unavailable: ServiceUnavailable.")
