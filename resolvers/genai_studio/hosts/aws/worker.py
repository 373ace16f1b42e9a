"""The Lambda function that takes generations from the queue and carries them out.

A message says that a generation may be waiting; the record says whether it is.
What becomes of a message follows from this: **whatever is stored as waiting for
a moment brings a message of its own when that moment comes**, since the sweeper
stores the end of each back-off and of each lost lease, and the stream tells of
it. So a message is needed only while no claim was made on its behalf:

===============================================  ==================================
what happened                                    the message
===============================================  ==================================
done, or it failed for good                      is deleted
it waits for another attempt                     is deleted; one is sent for then
it was final, gone, canceled or taken over       is deleted
refused: backing off, or held by another         is deleted; its time is stored
no claim could be tried (DynamoDB, a bug)        comes again, later each time
too little time was left, or it ran out          comes again soon
it names no generation                           comes again at once, until dead
===============================================  ==================================

Nothing is lost: what is kept is kept by the record or by the message. Nothing
is doubled: two messages, or one delivered five times, make one claim. And waits
use up no receives: `maxReceiveCount` counts trouble alone, so that what lies in
the dead-letter queue is trouble. The message that is sent for the end of a wait
spares people the sweeper's minute; when it is lost, they wait that long.

A worker that dies leaves both behind: the lease, which the sweeper ends, and
the message, which by then finds the generation held or finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from genai_studio.aws.queue import messages
from genai_studio.aws.queue.queue import Queue
from genai_studio.domain.errors import ClaimRefused, NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop, time_left
from genai_studio.ports import Clock

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]

WINDING_UP = timedelta(seconds=15)
"""What giving a claim back and telling the last progress may take, before Lambda's deadline."""

AT_ONCE = timedelta()
SOON = timedelta(seconds=1)
FIRST_TROUBLE = timedelta(seconds=30)
LONGEST_TROUBLE = timedelta(minutes=15)


class AttemptRunner(Protocol):
    """Runs one attempt at a generation: `SyncRunner` or `AsyncStarter`."""

    async def process(self, ref: GenerationRef) -> Generation:
        """Run one attempt; see `SyncRunner.process`."""


class Worker:
    """Works on the messages of a batch, one after the other.

    Args:
        max_attempt_duration: Maximum duration of an attempt, including storage.
        flush_progress: Awaited after each batch, to publish pending progress.
    """

    def __init__(
        self,
        runner: AttemptRunner,
        queue: Queue,
        clock: Clock,
        max_attempt_duration: timedelta,
        flush_progress: Callable[[], Awaitable[None]],
    ) -> None:
        self._runner = runner
        self._queue = queue
        self._clock = clock
        self._needed = max_attempt_duration + WINDING_UP
        self._flush_progress = flush_progress

    async def work(self, event: Mapping[str, Any], left: Callable[[], timedelta]) -> dict[str, Any]:
        """Carry out what a batch names.

        Args:
            left: The time until Lambda ends the function.

        Returns:
            Lambda's `batchItemFailures`: the messages that have to come again.
        """
        try:
            again = [one for one in event["Records"] if not await self._done(one, left())]
        finally:
            await self._flush_progress()
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in again]}

    async def _done(self, message: Mapping[str, Any], left: timedelta) -> bool:
        """Whether nothing needs the message any more."""
        try:
            ref = messages.decode(message["body"])
        except messages.InvalidMessage as error:
            _log.error("Message %s is left to die: %s", message["messageId"], error)
            return await self._comes_again(message, AT_ONCE)
        if left < self._needed:
            _log.warning("%s is left to the next worker: too little time is left.", ref.id)
            return await self._comes_again(message, SOON)
        try:
            async with asyncio.timeout((left - WINDING_UP).total_seconds()) as deadline:
                after = await self._runner.process(ref)
        except (ClaimRefused, NotFound, StaleFence) as reason:
            _log.info("%s is not worked on: %s", ref.id, reason)
            return True
        except Exception as error:
            if deadline.expired():
                # Its claim was given back, if one was made at all.
                _log.error("The attempt at %s was stopped: its time is over.", ref.id)
                return await self._comes_again(message, SOON)
            log_bug(f"The work on {ref.id} broke", error)
            return await self._comes_again(message, _pause(message))
        await self._call_again(after)
        return True

    async def _comes_again(self, message: Mapping[str, Any], after: timedelta) -> bool:
        try:
            await self._queue.set_visibility_timeout(message["receiptHandle"], after)
        except StudioUnavailable as error:
            _log.warning(
                "Message %s comes again later than it could: %s", message["messageId"], error
            )
        return False

    async def _call_again(self, generation: Generation) -> None:
        """Send a message for the end of a wait."""
        if generation.not_before is None:
            return
        try:
            await self._queue.send(generation.ref, generation.not_before - self._clock.now())
        except StudioUnavailable as error:
            _log.warning("%s waits for the sweeper: %s", generation.id, error)


def worker_handler(worker: Worker, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """The Lambda handler; make it once, when the function starts.

    Its event source reports batch item failures, and hands over one message at
    a time, to as many workers as the endpoint has slots.

    Args:
        loop: On which all its calls run.
    """
    return on_loop(loop, lambda event, context: worker.work(event, lambda: time_left(context)))


def _pause(message: Mapping[str, Any]) -> timedelta:
    """Twice as long each time, so that an outage is waited out."""
    doublings = min(int(message["attributes"]["ApproximateReceiveCount"]) - 1, 10)
    return min(FIRST_TROUBLE * float(2**doublings), LONGEST_TROUBLE)
