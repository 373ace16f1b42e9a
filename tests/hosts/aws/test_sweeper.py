"""The sweeper over a real table and real queues."""

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

from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, WaitingReason
from genai_studio.hosts.aws import sweeper as module
from genai_studio.hosts.aws.sweeper import Sweeper, sweeper_handler
from genai_studio.services import sweep
from genai_studio.services.sweep import Sweep
from genai_studio.services.undelivered import Undelivered
from genai_studio.system_clock import SystemClock
from tests.builders import LEASE, NOON, ManualClock, a_generation, change, submit
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table
from tests.servers.resources.work_queue import PIPELINE, WorkQueue, work_queue

pytestmark = pytest.mark.anyio

THROTTLED = EndpointError(FailureCode.ENDPOINT_THROTTLED, "Too much to do.", retryable=True)


def a_minute() -> timedelta:
    """The time of a function that has just begun."""
    return timedelta(seconds=PIPELINE["sweeper"]["timeoutSeconds"])


@dataclass
class Bench:
    """A sweeper, and all that it looks at."""

    table: str
    records: DynamoRecords
    work_queue: WorkQueue
    clock: ManualClock

    def sweeper(self) -> Sweeper:
        return Sweeper(
            Sweep(self.records, self.clock),
            Undelivered(self.records, self.clock),
            self.work_queue.dead_letters,
        )

    async def sweep(self) -> None:
        await self.sweeper().work(a_minute)

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

    def die(self, ref: GenerationRef) -> None:
        """A message that names a generation and that no worker could take."""
        self.work_queue.put_dead(json.dumps({"owner": ref.owner, "id": ref.id}))

    def damage(self, generation: Generation) -> None:
        """Let the document be what no release has written."""
        client("dynamodb", DYNAMODB_LOCAL).update_item(
            TableName=self.table,
            Key={"pk": {"S": generation.owner}, "sk": {"S": f"generation#{generation.id}"}},
            UpdateExpression="SET document = :damaged",
            ExpressionAttributeValues={":damaged": {"S": '{"schema": 1, "generation": {}}'}},
        )


@pytest.fixture
def bench() -> Iterator[Bench]:
    # ministack stamps messages with the time of this machine.
    clock = ManualClock(SystemClock().now())
    with records_table() as table, work_queue() as queue:
        records = DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), table)
        yield Bench(table, records, queue, clock)


async def test_what_is_due_is_done(bench: Bench) -> None:
    lost, waiting = await bench.running(), await bench.waiting()
    fresh = await bench.queued()
    bench.clock.advance(LEASE)

    await bench.sweep()

    requeued = await bench.stored(lost)
    assert (requeued.status, requeued.waiting_reason) == (Status.QUEUED, WaitingReason.WORKER_LOST)
    assert (await bench.stored(waiting)).not_before is None
    assert await bench.stored(fresh) == fresh


async def test_several_batches_are_done_while_there_is_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (module, sweep):
        monkeypatch.setattr(place, "BATCH", 2)
    lost = [await bench.running() for _ in range(5)]
    bench.clock.advance(LEASE)

    await bench.sweep()

    assert {(await bench.stored(one)).status for one in lost} == {Status.QUEUED}


async def test_without_time_left_what_is_due_waits_for_the_next_minute(bench: Bench) -> None:
    lost = await bench.running()
    bench.clock.advance(LEASE)

    await bench.sweeper().work(lambda: module.RESERVE)

    assert (await bench.stored(lost)).status is Status.RUNNING


async def test_a_record_that_cannot_be_read_does_not_hold_up_the_others(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = await bench.running()
    bench.clock.advance(1)
    lost = await bench.running()
    bench.damage(damaged)
    bench.clock.advance(LEASE)

    await bench.sweep()

    assert (await bench.stored(lost)).status is Status.QUEUED
    assert damaged.id in caplog.text


async def test_what_nobody_could_take_fails_with_its_reason(bench: Bench) -> None:
    generation = await bench.queued()
    bench.die(generation.ref)

    await bench.sweep()

    failed = await bench.stored(generation)
    assert failed.status is Status.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.retryable) == (FailureCode.UNDELIVERABLE, True)
    assert failed.quota_held == 0


async def test_a_dead_letter_stays_to_be_seen(bench: Bench) -> None:
    bench.die((await bench.queued()).ref)

    await bench.sweep()
    await bench.sweep()

    assert bench.work_queue.message_counts()["dead"] == 1


@pytest.mark.parametrize("state", ["running", "waiting"])
async def test_what_the_clock_cares_for_is_left_to_it(bench: Bench, state: str) -> None:
    generation = await (bench.running() if state == "running" else bench.waiting())
    bench.die(generation.ref)

    await bench.sweep()

    assert await bench.stored(generation) == generation


async def test_what_happened_after_the_message_was_sent_has_a_message_of_its_own(
    bench: Bench,
) -> None:
    running = await bench.running()
    bench.die(running.ref)
    bench.clock.advance(LEASE)
    await bench.sweep()

    await bench.sweep()

    requeued = await bench.stored(running)
    assert (requeued.status, requeued.not_before) == (Status.QUEUED, None)


async def test_what_is_final_or_gone_is_left_alone(bench: Bench) -> None:
    canceled = await change(
        bench.records, await bench.queued(), lambda it: state_machine.cancel(it, NOON)
    )
    bench.die(canceled.ref)
    bench.die(a_generation().ref)

    await bench.sweep()

    assert await bench.stored(canceled) == canceled


async def test_letters_that_cannot_be_read_do_not_hold_up_the_others(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    damaged, generation = await bench.queued(), await bench.queued()
    bench.damage(damaged)
    bench.work_queue.put_dead("a secret apple")
    bench.die(damaged.ref)
    bench.die(generation.ref)

    await bench.sweep()

    assert (await bench.stored(generation)).status is Status.FAILED
    assert "1 dead letters name no generation" in caplog.text
    assert "secret" not in caplog.text
    assert bench.work_queue.message_counts()["dead"] == 3


async def test_a_table_that_fails_is_told_and_the_letters_are_seen_again(bench: Bench) -> None:
    generation = await bench.queued()
    bench.die(generation.ref)
    sweeper = Sweeper(
        Sweep(Outage(), bench.clock),  # type: ignore[arg-type]
        Undelivered(Outage(), bench.clock),  # type: ignore[arg-type]
        bench.work_queue.dead_letters,
    )

    with pytest.raises(StudioUnavailable, match="not complete"):
        await sweeper.work(a_minute)

    assert bench.work_queue.message_counts()["dead"] == 1
    assert await bench.stored(generation) == generation


async def test_a_table_that_fails_while_sweeping_keeps_no_letter_from_being_read(
    bench: Bench,
) -> None:
    generation = await bench.queued()
    bench.die(generation.ref)
    sweeper = Sweeper(
        Sweep(Outage(), bench.clock),  # type: ignore[arg-type]
        Undelivered(bench.records, bench.clock),
        bench.work_queue.dead_letters,
    )

    with pytest.raises(StudioUnavailable):
        await sweeper.work(a_minute)

    assert (await bench.stored(generation)).status is Status.FAILED


async def test_the_handler_runs_minute_after_minute(bench: Bench) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 55_000)
    with closing(asyncio.new_event_loop()) as loop, ThreadPoolExecutor(1) as function:
        handler = sweeper_handler(bench.sweeper(), loop)
        for _ in range(2):
            assert await asyncio.wrap_future(function.submit(handler, {}, context)) is None


class Outage:
    """Records that cannot be reached."""

    async def due(self, now: datetime, limit: int) -> list[GenerationRef]:
        raise StudioUnavailable("DynamoDB cannot be used: ServiceUnavailable.")

    async def get(self, owner: str, generation_id: str) -> Generation:
        raise StudioUnavailable("DynamoDB cannot be used: ServiceUnavailable.")
