"""Run the time-driven work once per minute: end leases, waits and deadlines.

The sweeper also fails the generations of dead-lettered messages. It leaves these
messages in the dead-letter queue, visible for the alarm, for operators and for a redrive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from genai_studio.aws.queue.dead_letters import DeadLetters
from genai_studio.aws.records.reindex import Reindex
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop, time_left
from genai_studio.services.dead_lettered import DeadLettered
from genai_studio.services.sweep import BATCH, Sweep

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], None]
RemainingTime = Callable[[], timedelta]
"""Returns the time until Lambda ends the function."""

DEAD_LETTER_RESERVE = timedelta(seconds=20)
"""Time reserved for the dead letters before Lambda's timeout."""

MAX_DEAD_LETTERS = 200
"""Maximum number of dead letters per invocation. SQS returns different ones each time."""


MAX_REINDEX_STEPS = 20
"""Maximum steps of `Reindex` per invocation."""


class Sweeper:
    """The work of one invocation."""

    def __init__(
        self, sweep: Sweep, dead_lettered: DeadLettered, dead_letters: DeadLetters, reindex: Reindex
    ) -> None:
        self._sweep = sweep
        self._dead_lettered = dead_lettered
        self._dead_letters = dead_letters
        self._reindex = reindex

    async def work(self, remaining_time: RemainingTime) -> None:
        """Process due generations, then dead letters, then outdated search terms.

        Raises:
            StudioUnavailable: A part failed. The log has the reason, and the next
                invocation tries again.
        """
        references = []
        for part in (
            partial(self._sweep_due, remaining_time),
            self._fail_dead_lettered,
            partial(self._update_search_index, remaining_time),
        ):
            try:
                await part()
            except Exception as error:
                references.append(log_bug("A part of the sweep failed", error))
        if references:
            raise StudioUnavailable(f"The sweep is incomplete ({', '.join(references)}).")

    async def _sweep_due(self, remaining_time: RemainingTime) -> None:
        time_limit = remaining_time() - DEAD_LETTER_RESERVE
        try:
            async with asyncio.timeout(time_limit.total_seconds()) as timeout:
                while await self._sweep.sweep() >= BATCH:
                    continue
        except TimeoutError:
            if not timeout.expired():
                raise
            _log.warning("The sweep did not process all due generations in time.")

    async def _fail_dead_lettered(self) -> None:
        dead_letters = await self._dead_letters.receive(MAX_DEAD_LETTERS)
        invalid = 0
        try:
            for letter in dead_letters:
                if letter.ref is None:
                    invalid += 1
                else:
                    await self._dead_lettered.fail(letter.ref, letter.sent_at)
        finally:
            await self._dead_letters.release(dead_letters)
        if invalid:
            _log.error("The dead-letter queue has %d invalid messages.", invalid)

    async def _update_search_index(self, remaining_time: RemainingTime) -> None:
        for _ in range(MAX_REINDEX_STEPS):
            if remaining_time() < DEAD_LETTER_RESERVE or await self._reindex.step():
                return


def sweeper_handler(sweeper: Sweeper, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """Create the Lambda handler. Call it once, at cold start.

    Args:
        loop: Event loop for all calls.
    """
    return on_loop(loop, lambda event, context: sweeper.work(lambda: time_left(context)))
