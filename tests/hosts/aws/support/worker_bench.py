"""A worker over a real queue and a real table, drawing with a fake endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.hosts.aws.worker import Worker
from genai_studio.services.attempt.run import Run, RunTiming
from tests.builders import ManualClock, a_generation, submit
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.servers.resources.work_queue import WorkQueue
from tests.unit.services.attempt.run_bench import store_form_double

A_WHILE = timedelta(minutes=6)
"""The time of a Lambda function that has just begun."""

TAKES = timedelta(minutes=2)
"""The longest attempt."""


class FlakyRecords(DynamoRecords):
    """A table that cannot be read as often as it is told to."""

    outages = 0

    async def get(self, owner: Any, generation_id: str) -> Generation | None:
        if self.outages:
            self.outages -= 1
            raise StudioUnavailable("DynamoDB cannot be used: InternalServerError.")
        return await super().get(owner, generation_id)


@dataclass
class Bench:
    """A worker, and all that it works with."""

    work_queue: WorkQueue
    records: FlakyRecords
    images: FakeImages
    endpoint: ScriptedEndpoint
    events: FakeEvents
    clock: ManualClock

    def __post_init__(self) -> None:
        self.told = 0

    async def tell(self) -> None:
        self.told += 1

    def worker(self, takes: timedelta = TAKES) -> Worker:
        run = Run(
            self.records,
            self.images,
            self.endpoint,
            self.events,
            self.clock,
            store_form_double,
            RunTiming(),
        )
        return Worker(run, self.work_queue.queue, self.clock, takes, self.tell)

    async def queued(self, **fields: Any) -> Generation:
        """A stored generation that a message names."""
        generation = await submit(self.records, a_generation(**fields))
        self.work_queue.put(generation.ref)
        return generation

    async def work(
        self, *, worker: Worker | None = None, left: Callable[[], timedelta] = lambda: A_WHILE
    ) -> dict[str, Any]:
        """Hand over what the queue has, and delete what the worker is done with."""
        event = self.work_queue.receive()
        assert event["Records"], "there is something to work on"
        answer = await (worker or self.worker()).work(event, left)
        self.work_queue.settle(event, answer)
        return answer

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found
