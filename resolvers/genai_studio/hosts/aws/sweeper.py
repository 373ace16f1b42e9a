"""The Lambda function that is called each minute, for what only the clock brings about.

It ends leases, waits and deadlines, and gives up what landed in the
dead-letter queue. Messages stay there, visible: for the alarm that counts them,
for whoever looks into them, and for a redrive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from genai_studio.aws.queue.dead_letters import DeadLetters
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop, time_left
from genai_studio.services.dead_lettered import DeadLettered
from genai_studio.services.sweep import BATCH, Sweep

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], None]
Left = Callable[[], timedelta]
"""The time until Lambda ends the function."""

RESERVE = timedelta(seconds=20)
"""So long before the end what is due gives way to the dead letters."""

MOST_LETTERS = 200
"""Dead letters looked at in one call. Where there are more, each call sees others."""


class Sweeper:
    """A minute's work."""

    def __init__(self, sweep: Sweep, dead_lettered: DeadLettered, letters: DeadLetters) -> None:
        self._sweep = sweep
        self._dead_lettered = dead_lettered
        self._letters = letters

    async def work(self, left: Left) -> None:
        """Do what is due, as far as there is time.

        Raises:
            StudioUnavailable: Some of it could not be done; the log says why,
                and the next minute tries again.
        """
        failed = []
        for part in (partial(self._end_what_is_over, left), self._give_up_dead_letters):
            try:
                await part()
            except Exception as error:
                failed.append(log_bug("A part of the sweep failed", error))
        if failed:
            raise StudioUnavailable(f"The sweep is not complete ({', '.join(failed)}).")

    async def _end_what_is_over(self, left: Left) -> None:
        try:
            async with asyncio.timeout((left() - RESERVE).total_seconds()) as limit:
                while await self._sweep.sweep() >= BATCH:
                    continue
        except TimeoutError:
            if not limit.expired():
                raise
            _log.warning("More is due than a minute is enough for.")

    async def _give_up_dead_letters(self) -> None:
        letters = await self._letters.receive(MOST_LETTERS)
        strange = 0
        try:
            for letter in letters:
                if letter.ref is None:
                    strange += 1
                else:
                    await self._dead_lettered.fail(letter.ref, letter.sent_at)
        finally:
            await self._letters.release(letters)
        if strange:
            _log.error("%d dead letters name no generation.", strange)


def sweeper_handler(sweeper: Sweeper, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """The Lambda handler; make it once, when the function starts.

    Args:
        loop: On which all its calls run.
    """
    return on_loop(loop, lambda event, context: sweeper.work(lambda: time_left(context)))
