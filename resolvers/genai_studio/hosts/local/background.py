"""The background loops of a studio on one machine: workers, relay, sweep and uploads.

Each loop repeats one step. If a step fails, the loop logs the error, pauses and
continues with the next step.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from genai_studio.bootstrap.local import LocalStudio
from genai_studio.domain import state_machine
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import (
    ClaimRefused,
    NotFound,
    StaleFence,
    StudioError,
    StudioUnavailable,
)
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import generation_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import Change
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

SWEEP_INTERVAL_SECONDS = 1.0
UPLOADS_INTERVAL_SECONDS = 300.0
PAUSE_AFTER_FAILURE_SECONDS = 1.0
RELAY_READER = "relay"
"""Name under which the relay stores its position in the change feed."""
RELAY_BATCH_SIZE = 100

_ALL_TIME_LIMITS = timedelta(days=3650)
_MAX_UNFINISHED = 100_000

Step = Callable[[], Awaitable[None]]


@asynccontextmanager
async def background_loops(wired: LocalStudio) -> AsyncIterator[None]:
    """Run the loops until the block ends.

    First requeue the generations that an earlier process left claimed. At the
    end, cancel the loops; a canceled worker releases its claim.
    """
    await requeue_claimed(wired)
    steps: list[tuple[str, Step]] = [
        *(
            (f"worker {number}", lambda: process_next_generation(wired))
            for number in range(1, wired.settings.workers + 1)
        ),
        ("relay", ChangeRelay(wired).relay_batch),
        ("sweep", lambda: sweep(wired)),
        ("uploads", lambda: delete_expired_uploads(wired)),
    ]
    await delete_purged_images(wired)
    tasks = [asyncio.create_task(_loop(wired, name, step), name=name) for name, step in steps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _loop(wired: LocalStudio, name: str, step: Step) -> None:
    while True:
        try:
            await step()
        except Exception as error:
            _log.error("Background loop failed: %s: %s.", name, type(error).__name__)
            await wired.clock.sleep(PAUSE_AFTER_FAILURE_SECONDS)


async def process_next_generation(wired: LocalStudio) -> None:
    """Wait for the next queued generation and run one attempt of it.

    Exclude a generation from the queue if its record cannot be read.
    """
    ref = await wired.queue.take()
    try:
        # Another worker or a cancellation was faster. Continue with the next generation.
        with suppress(ClaimRefused, StaleFence, NotFound):
            await wired.runner.process(ref)
    except UnreadableDocument as error:
        _log.error("Skipped generation %s: %s", ref.id, error)
        wired.queue.exclude(ref)


class ChangeRelay:
    """Relay the changes of the change feed in batches.

    If the images of a purged generation cannot be deleted, retry them with the
    next batch, so that they do not block later changes.
    """

    def __init__(self, wired: LocalStudio) -> None:
        self._wired = wired
        self._position: str | None = None
        self._started = False
        self._postponed: list[Change] = []

    async def relay_batch(self) -> None:
        """Relay the postponed changes and one batch; then wait if the feed is exhausted."""
        records = self._wired.records
        if not self._started:
            self._position = await records.position(RELAY_READER)
            self._started = True
        seen = records.changed.count
        retried, self._postponed = self._postponed, []
        changes = await records.changes(self._position, RELAY_BATCH_SIZE)
        for change in (*retried, *changes):
            await self._relay(change)
        if changes:
            self._position = changes[-1].position
        if self._position is not None and not self._postponed and (retried or changes):
            # Do not store a position behind postponed changes: after a restart, the
            # relay must read them again.
            await records.set_position(RELAY_READER, self._position)
        if len(changes) < RELAY_BATCH_SIZE:
            await records.changed.wait(seen)

    async def _relay(self, change: Change) -> None:
        try:
            await self._wired.relay.process(change)
        except (OSError, StudioUnavailable) as error:
            if not change.purged:
                raise
            _log.error(
                "Images of the purged generation %s were not deleted; retrying: %s",
                change.ref.id,
                describe(error),
            )
            self._postponed.append(change)


async def sweep(wired: LocalStudio) -> None:
    """Check the files of the records, run one sweep, then pause."""
    if await wired.records.fault() is None:
        await wired.clock_jumps.compensate()
        await wired.sweep.sweep()
    await wired.clock.sleep(SWEEP_INTERVAL_SECONDS)


async def delete_expired_uploads(wired: LocalStudio) -> None:
    """Delete expired uploads and interrupted ones, then pause."""
    await wired.uploads.delete_expired()
    await wired.clock.sleep(UPLOADS_INTERVAL_SECONDS)


async def delete_purged_images(wired: LocalStudio) -> None:
    """Delete the images of purged generations again.

    A worker that ran during a purge may have stored an image after the relay deleted
    the others, and may have been killed before it deleted its own.
    """
    for ref in await wired.records.purged():
        try:
            await wired.images.delete_under(generation_prefix(ref.owner, ref.id))
        except OSError as error:
            _log.error("Images of %s were not deleted: %s", ref.id, describe(error))


async def requeue_claimed(wired: LocalStudio) -> None:
    """Requeue the generations that an earlier process left unfinished.

    The lock on the data directory excludes other live processes, so this does
    not wait for leases to expire.
    """

    def recover(generation: Generation) -> Generation | None:
        return state_machine.recover(generation, wired.clock.now())

    limited = await wired.records.due(wired.clock.now() + _ALL_TIME_LIMITS, _MAX_UNFINISHED)
    for ref in {*await wired.queue.running(), *limited}:
        with suppress(StudioError):
            await transition(wired.records, ref, recover)
