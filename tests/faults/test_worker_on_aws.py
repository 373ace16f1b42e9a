"""Fail DynamoDB or S3, or crash the worker, at every store call of a generation.

The stores are real. The tests reproduce what advances a generation in an account:
undeleted messages are redelivered, the sweeper ends leases and waits, and each stored
version that is claimable causes a message.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.image import generation_prefix
from genai_studio.hosts.aws.worker import Worker
from genai_studio.ports import Change
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from genai_studio.services.relay import Relay
from genai_studio.services.sweep import Sweep
from tests.builders import ALICE, ManualClock, a_generation, a_request, submit
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.servers.resources.records_table import records_table
from tests.unit.services.attempt.runner_harness import encode_image_double, prepare_edit_double

pytestmark = pytest.mark.anyio

ROUNDS = 12
FUNCTION_TIMEOUT = timedelta(minutes=6)


class Killed(BaseException):
    """A crash. It is not an `Exception`, so the code under test does not handle it."""


@dataclass
class Fault:
    """A fault at one store call, before the call or after its effect.

    Attributes:
        at: Index of the call, from 0. None for no fault.
        kind: The exception to raise.
        lasting: Whether all later calls of the invocation fail too.
    """

    at: int | None
    kind: type[BaseException]
    after_effect: bool
    lasting: bool
    calls: int = 0

    def is_raised(self, *, after: bool) -> bool:
        if self.at is None or after is not self.after_effect:
            return False
        return self.calls == self.at or (self.lasting and self.calls > self.at)


class FaultyStore:
    """A store that raises the fault."""

    def __init__(self, adapter: Any, fault: Fault) -> None:
        self._adapter = adapter
        self._trouble = fault

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            fault = self._trouble
            if fault.is_raised(after=False):
                fault.calls += 1
                raise fault.kind("The store is unavailable.")
            result = await method(*arguments, **named)
            lost = fault.is_raised(after=True)
            fault.calls += 1
            if lost:
                raise fault.kind("The response was lost.")
            return result

        return call


@dataclass
class NullQueue:
    """A queue that records the worker's calls."""

    sent: list[GenerationRef] = field(default_factory=list)
    hidden: int = 0

    async def send(self, ref: GenerationRef, delay: timedelta = timedelta()) -> None:
        self.sent.append(ref)

    async def set_visibility_timeout(self, receipt_handle: str, delay: timedelta) -> None:
        self.hidden += 1


class Account:
    """The stores of an account, and what advances a generation in it."""

    def __init__(self, records: DynamoRecords, bucket: ExchangeBucket) -> None:
        self.records = records
        self.bucket = bucket
        self.clock = ManualClock()
        self.images = bucket.images(self.clock)
        self.endpoint = ScriptedEndpoint()

    async def invoke(self, generation: Generation, fault: Fault) -> bool:
        """Invoke the worker once. Returns whether the message is deleted."""
        run = SyncRunner(
            cast("Any", FaultyStore(self.records, fault)),
            cast("Any", FaultyStore(self.images, fault)),
            self.endpoint,
            FakeEvents(),
            self.clock,
            encode_image_double,
            prepare_edit_double,
            LeaseTiming(),
        )
        worker = Worker(
            run, cast("Any", NullQueue()), self.clock, timedelta(minutes=1), _flush_nothing
        )
        event = {
            "Records": [
                {
                    "messageId": "1",
                    "receiptHandle": "1",
                    "body": f'{{"owner": "{generation.owner}", "id": "{generation.id}"}}',
                    "attributes": {"ApproximateReceiveCount": "1"},
                }
            ]
        }
        try:
            result = await worker.work(event, lambda: FUNCTION_TIMEOUT)
        except Killed:
            return False
        return not result["batchItemFailures"]

    async def run_to_completion(self, generation: Generation, fault: Fault) -> Generation:
        """Run until the generation is final. Only the first invocation has the fault."""
        redeliver = not await self.invoke(generation, fault)
        last_sent = generation.version
        none = Fault(None, Killed, after_effect=False, lasting=False)
        for _ in range(ROUNDS):
            current = await self.stored(generation)
            if current.status.final:
                break
            claimable = current.status is Status.QUEUED and current.not_before is None
            if redeliver or (claimable and current.version > last_sent):
                last_sent = current.version
                redeliver = not await self.invoke(generation, none)
                continue
            self.clock.advance(LeaseTiming().lease)
            await Sweep(self.records, self.clock).sweep()
        finished = await self.stored(generation)
        # The publisher receives the last change even if the worker crashed after it.
        relay = Relay(self.records, self.images, FakeEvents())
        await relay.process(Change("", finished.ref, finished.version, purged=False))
        return finished

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found


@contextmanager
def an_account() -> Iterator[Account]:
    with records_table() as table, exchange_bucket() as bucket:
        yield Account(DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), table), bucket)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("kind", "lasting"),
    [(Killed, True), (StudioUnavailable, False), (StudioUnavailable, True)],
    ids=["killed", "hiccup", "outage"],
)
async def test_fault_at_any_call_ends_with_one_set_of_images(
    *, kind: type[BaseException], lasting: bool, after_effect: bool
) -> None:
    with an_account() as account:
        point = 0
        while True:
            fault = Fault(point, kind, after_effect, lasting)
            generation = await submit(account.records, a_generation(request=a_request(count=2)))

            finished = await account.run_to_completion(generation, fault)

            details = (point, finished.failure, [entry.step for entry in finished.timeline])
            assert finished.status is Status.SUCCEEDED, details
            assert [entry.step for entry in finished.timeline].count("finished") == 1, details
            keys = account.bucket.keys(generation_prefix(ALICE, generation.id))
            assert set(keys) == {
                key for image in finished.images for key in (image.key, image.thumbnail_key)
            }, details
            if fault.calls <= point:
                break  # The invocation made fewer calls, so the fault was not raised.
            point += 1
        assert point >= 7, "one claim, four objects and one finish are expected"
        used = await account.records.quota_used(ALICE, generation.quota_day)
        assert used == 2 * (point + 1)


async def _flush_nothing() -> None:
    return None
