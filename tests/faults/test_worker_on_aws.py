"""DynamoDB or S3 fails, or the worker dies, at every single call: one set of images is the end.

The stores are real ones. What brings a generation on is what brings it on in an
account: a message that was not deleted comes again, the sweeper ends leases and
waits, and each version that waits for nothing is a message.
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
from genai_studio.services.attempt.run import Run, RunTiming
from genai_studio.services.relay import Relay
from genai_studio.services.sweep import Sweep
from tests.builders import ALICE, ManualClock, a_generation, a_request, submit
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.servers.resources.records_table import records_table
from tests.unit.services.attempt.run_bench import store_form_double

pytestmark = pytest.mark.anyio

ROUNDS = 12
A_WHILE = timedelta(minutes=6)


class Killed(BaseException):
    """Not an Exception: no code of the function gets to see its own end."""


@dataclass
class Trouble:
    """Comes with one call to a store, before it or after its effect.

    Attributes:
        at: Which call, counted from 0; None: none.
        kind: What is raised.
        lasting: Whether all later calls of the invocation fail too.
    """

    at: int | None
    kind: type[BaseException]
    after_the_effect: bool
    lasting: bool
    calls: int = 0

    def raised(self, *, after: bool) -> bool:
        if self.at is None or after is not self.after_the_effect:
            return False
        return self.calls == self.at or (self.lasting and self.calls > self.at)


class Troubled:
    """A store in the invocation that meets the trouble."""

    def __init__(self, adapter: Any, trouble: Trouble) -> None:
        self._adapter = adapter
        self._trouble = trouble

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*arguments: Any, **named: Any) -> Any:
            trouble = self._trouble
            if trouble.raised(after=False):
                trouble.calls += 1
                raise trouble.kind("It cannot be used now.")
            result = await method(*arguments, **named)
            lost = trouble.raised(after=True)
            trouble.calls += 1
            if lost:
                raise trouble.kind("The answer was lost.")
            return result

        return call


@dataclass
class NoQueue:
    """Takes what the worker tells the queue."""

    sent: list[GenerationRef] = field(default_factory=list)
    hidden: int = 0

    async def send(self, ref: GenerationRef, after: timedelta = timedelta()) -> None:
        self.sent.append(ref)

    async def hide(self, receipt: str, until: timedelta) -> None:
        self.hidden += 1


class Account:
    """One generation on its way, and what brings it on."""

    def __init__(self, records: DynamoRecords, bucket: ExchangeBucket) -> None:
        self.records = records
        self.bucket = bucket
        self.clock = ManualClock()
        self.images = bucket.images(self.clock)
        self.endpoint = ScriptedEndpoint()

    async def invoke(self, generation: Generation, trouble: Trouble) -> bool:
        """One call of the worker; whether its message is deleted then."""
        run = Run(
            cast("Any", Troubled(self.records, trouble)),
            cast("Any", Troubled(self.images, trouble)),
            self.endpoint,
            FakeEvents(),
            self.clock,
            store_form_double,
            RunTiming(),
        )
        worker = Worker(run, cast("Any", NoQueue()), self.clock, timedelta(minutes=1), _nothing)
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
            answer = await worker.work(event, lambda: A_WHILE)
        except Killed:
            return False
        return not answer["batchItemFailures"]

    async def bring_to_its_end(self, generation: Generation, trouble: Trouble) -> Generation:
        """The first invocation meets the trouble, later ones none."""
        kept = not await self.invoke(generation, trouble)
        told = generation.version
        none = Trouble(None, Killed, after_the_effect=False, lasting=False)
        for _ in range(ROUNDS):
            current = await self.stored(generation)
            if current.status.final:
                break
            claimable = current.status is Status.QUEUED and current.not_before is None
            if kept or (claimable and current.version > told):
                told = current.version
                kept = not await self.invoke(generation, none)
                continue
            self.clock.advance(RunTiming().lease)
            await Sweep(self.records, self.clock).sweep()
        finished = await self.stored(generation)
        # The publisher sees the last change, whoever died after it.
        relay = Relay(self.records, self.images, FakeEvents())
        await relay.carry(Change("", finished.ref, finished.version, purged=False))
        return finished

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found


@contextmanager
def an_account() -> Iterator[Account]:
    with records_table() as table, exchange_bucket() as bucket:
        yield Account(DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), table), bucket)


@pytest.mark.parametrize("after_the_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("kind", "lasting"),
    [(Killed, True), (StudioUnavailable, False), (StudioUnavailable, True)],
    ids=["killed", "hiccup", "outage"],
)
async def test_wherever_it_strikes_one_set_of_images_is_the_end(
    *, kind: type[BaseException], lasting: bool, after_the_effect: bool
) -> None:
    with an_account() as account:
        point = 0
        while True:
            trouble = Trouble(point, kind, after_the_effect, lasting)
            generation = await submit(account.records, a_generation(request=a_request(count=2)))

            finished = await account.bring_to_its_end(generation, trouble)

            told = (point, finished.failure, [entry.step for entry in finished.timeline])
            assert finished.status is Status.SUCCEEDED, told
            assert [entry.step for entry in finished.timeline].count("finished") == 1, told
            keys = account.bucket.keys(generation_prefix(ALICE, generation.id))
            assert set(keys) == {
                key for image in finished.images for key in (image.key, image.thumbnail_key)
            }, told
            if trouble.calls <= point:
                break  # it came to its end before the trouble did
            point += 1
        assert point >= 7, "claim, four objects, finish"
        used = await account.records.quota_used(ALICE, generation.quota_day)
        assert used == 2 * (point + 1)


async def _nothing() -> None:
    return None
