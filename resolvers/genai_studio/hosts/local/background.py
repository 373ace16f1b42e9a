"""The loops of a studio on one machine: work, relay, sweep.

Each survives what goes wrong in one round: it says so and goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

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
from genai_studio.failure_log import describe
from genai_studio.ports import Change
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
RECOVERY_SECONDS = 1.0
"""The pause after a round that went wrong."""
RELAY_READER = "relay"
RELAY_BATCH = 100


@asynccontextmanager
async def background(wired: LocalStudio) -> AsyncIterator[None]:
    """Run the loops until the block ends; running claims are then given back."""
    await _release_left_behind(wired)
    rounds = [
        *([_work] * wired.settings.workers),
        _relay_round(wired),
        _sweep,
    ]
    tasks = [asyncio.create_task(_forever(wired, round_)) for round_ in rounds]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Round = Callable[[LocalStudio], Awaitable[None]]


async def _forever(wired: LocalStudio, round_: Round) -> None:
    while True:
        try:
            await round_(wired)
        except Exception as error:
            _log.error("A background round failed: %s.", type(error).__name__)
            await wired.clock.sleep(RECOVERY_SECONDS)


async def _work(wired: LocalStudio) -> None:
    ref = await wired.queue.take()
    # Lost to another worker or to its owner's cancel: the queue tells the next.
    try:
        with suppress(ClaimRefused, StaleFence, NotFound):
            await wired.run.run(ref)
    except UnreadableDocument as error:
        _log.error("%s is passed over: %s", ref.id, error)
        wired.queue.exclude(ref)


def _relay_round(wired: LocalStudio) -> Round:
    position: str | None = None
    started = False
    postponed: list[Change] = []

    async def carry(change: Change) -> None:
        try:
            await wired.relay.carry(change)
        except (OSError, StudioUnavailable) as error:
            if not change.purged:
                raise
            # Everybody's news waits behind this one: its images are tried again later.
            _log.error("Images of the purged %s stay for now: %s", change.ref.id, describe(error))
            postponed.append(change)

    async def relay(_: LocalStudio) -> None:
        nonlocal position, started
        records = wired.records
        if not started:
            position = await records.position(RELAY_READER)
            started = True
        seen = records.changed.count
        again = list(postponed)
        postponed.clear()
        changes = await records.changes(position, RELAY_BATCH)
        for change in (*again, *changes):
            await carry(change)
        if changes:
            position = changes[-1].position
        if position is not None and not postponed and (again or changes):
            # With something postponed the next studio begins before it.
            await records.set_position(RELAY_READER, position)
        if len(changes) < RELAY_BATCH:
            await records.changed.wait(seen)

    return relay


async def _sweep(wired: LocalStudio) -> None:
    await wired.sweep.sweep()
    await wired.clock.sleep(SWEEP_SECONDS)


async def _release_left_behind(wired: LocalStudio) -> None:
    """Requeue what a process before this one had claimed.

    The lock on the data directory says that no other is alive, so there is no
    need to wait for the leases to end.
    """

    def recover(generation: Generation) -> Generation | None:
        return state_machine.recover(generation, wired.clock.now())

    for ref in await wired.queue.running():
        with suppress(StudioError):
            await transition(wired.records, ref, recover)
