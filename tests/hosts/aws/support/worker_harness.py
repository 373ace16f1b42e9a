"""A worker with a real queue, a real table and a fake endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.hosts.aws.worker import Worker
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from tests.builders import ManualClock, a_generation, submit
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.servers.resources.work_queue import WorkQueue
from tests.unit.services.attempt.runner_harness import encode_image_double, prepare_edit_double

FUNCTION_TIMEOUT = timedelta(minutes=6)
"""Remaining time of a function that has just started."""

MAX_ATTEMPT_DURATION = timedelta(minutes=2)
"""Maximum duration of an attempt."""


class FlakyRecords(DynamoRecords):
    """Records whose next `outages` reads fail."""

    outages = 0

    async def get(self, owner: Any, generation_id: str) -> Generation | None:
        if self.outages:
            self.outages -= 1
            raise StudioUnavailable("DynamoDB is unavailable: InternalServerError.")
        return await super().get(owner, generation_id)


@dataclass
class WorkerHarness:
    """A worker and its collaborators."""

    work_queue: WorkQueue
    records: FlakyRecords
    images: FakeImages
    endpoint: ScriptedEndpoint
    events: FakeEvents
    clock: ManualClock

    def __post_init__(self) -> None:
        self.flushes = 0

    async def flush_progress(self) -> None:
        self.flushes += 1

    def worker(self, max_attempt_duration: timedelta = MAX_ATTEMPT_DURATION) -> Worker:
        run = SyncRunner(
            self.records,
            self.images,
            self.endpoint,
            self.events,
            self.clock,
            encode_image_double,
            prepare_edit_double,
            LeaseTiming(),
        )
        return Worker(
            run, self.work_queue.queue, self.clock, max_attempt_duration, self.flush_progress
        )

    async def queued(self, **fields: Any) -> Generation:
        """Store a generation and send a message for it."""
        generation = await submit(self.records, a_generation(**fields))
        self.work_queue.put(generation.ref)
        return generation

    async def work(
        self,
        *,
        worker: Worker | None = None,
        remaining_time: Callable[[], timedelta] = lambda: FUNCTION_TIMEOUT,
    ) -> dict[str, Any]:
        """Receive the queue's messages, process them, and delete the completed ones."""
        event = self.work_queue.receive()
        assert event["Records"], "the queue is empty"
        result = await (worker or self.worker()).work(event, remaining_time)
        self.work_queue.settle(event, result)
        return result

    async def stored(self, generation: Generation) -> Generation:
        found = await self.records.get(generation.owner, generation.id)
        assert found is not None
        return found
