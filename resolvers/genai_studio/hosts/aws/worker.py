"""Process the messages of the job queue: run one attempt at each generation.

A message says that a generation may be claimable; the record says whether it is. When
a stored wait ends, a new message follows: the sweeper stores the end of each backoff
and of each expired lease, and the change stream sends a message for it. So a message is
needed only until a claim was tried:

===============================================  ==================================
outcome                                          message
===============================================  ==================================
succeeded, or failed permanently                 deleted
waits for a retry                                deleted; a delayed one is sent
final, purged, canceled or claim lost            deleted
claim refused: in backoff or already claimed     deleted; the due time is stored
claim not possible (DynamoDB error, a bug)       redelivered with increasing delay
not enough time left, or the attempt timed out   redelivered soon
invalid message                                  redelivered at once, until dead
===============================================  ==================================

No work is lost, because either the record or the message persists it. No work is
duplicated: any number of messages or deliveries cause one claim. Waits use no receives:
`maxReceiveCount` counts errors only, so each message in the dead-letter queue is an
error. The delayed message saves the user the sweeper's interval of one minute; if it is
lost, the sweeper takes over.

If a worker dies, its lease expires and the sweeper requeues the generation. The old
message is redelivered and finds the generation claimed or finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from genai_studio.aws.queue import messages
from genai_studio.aws.queue.job_queue import JobQueue
from genai_studio.domain.errors import ClaimRefused, NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop, time_left
from genai_studio.ports import Clock

_log = logging.getLogger(__name__)

LambdaHandler = Callable[[Mapping[str, Any], Any], dict[str, Any]]

SHUTDOWN_RESERVE = timedelta(seconds=15)
"""Time reserved before Lambda's timeout to release a claim and flush progress."""

NO_DELAY = timedelta()
SHORT_DELAY = timedelta(seconds=1)
INITIAL_ERROR_DELAY = timedelta(seconds=30)
MAX_ERROR_DELAY = timedelta(minutes=15)


class AttemptRunner(Protocol):
    """Runs one attempt at a generation: `SyncRunner` or `AsyncStarter`."""

    async def process(self, ref: GenerationRef) -> Generation:
        """Run one attempt; see `SyncRunner.process`."""


class Worker:
    """Processes the messages of a batch one by one.

    Args:
        max_attempt_duration: Maximum duration of an attempt, including storage.
        flush_progress: Awaited after each batch, to publish pending progress.
    """

    def __init__(
        self,
        runner: AttemptRunner,
        queue: JobQueue,
        clock: Clock,
        max_attempt_duration: timedelta,
        flush_progress: Callable[[], Awaitable[None]],
    ) -> None:
        self._runner = runner
        self._queue = queue
        self._clock = clock
        self._min_remaining_time = max_attempt_duration + SHUTDOWN_RESERVE
        self._flush_progress = flush_progress

    async def work(
        self, event: Mapping[str, Any], remaining_time: Callable[[], timedelta]
    ) -> dict[str, Any]:
        """Process the messages of an event.

        Args:
            remaining_time: Returns the time until Lambda ends the function.

        Returns:
            Lambda's `batchItemFailures`: the messages to redeliver.
        """
        try:
            failed = [
                message
                for message in event["Records"]
                if not await self._process(message, remaining_time())
            ]
        finally:
            await self._flush_progress()
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}

    async def _process(self, message: Mapping[str, Any], remaining_time: timedelta) -> bool:
        """Process a message. Returns whether to delete it."""
        try:
            ref = messages.decode(message["body"])
        except messages.InvalidMessage as error:
            _log.error("Message %s is invalid: %s", message["messageId"], error)
            return await self._redeliver(message, NO_DELAY)
        if remaining_time < self._min_remaining_time:
            _log.warning("Not enough time left for %s. Leaving it to another worker.", ref.id)
            return await self._redeliver(message, SHORT_DELAY)
        try:
            async with asyncio.timeout(
                (remaining_time - SHUTDOWN_RESERVE).total_seconds()
            ) as deadline:
                generation = await self._runner.process(ref)
        except (ClaimRefused, NotFound, StaleFence) as reason:
            _log.info("Skipping %s: %s", ref.id, reason)
            return True
        except Exception as error:
            if deadline.expired():
                # The runner has released the claim, if it had one.
                _log.error("The attempt at %s timed out.", ref.id)
                return await self._redeliver(message, SHORT_DELAY)
            log_bug(f"The attempt at {ref.id} failed unexpectedly", error)
            return await self._redeliver(message, _error_delay(message))
        await self._send_delayed(generation)
        return True

    async def _redeliver(self, message: Mapping[str, Any], delay: timedelta) -> bool:
        """Make a message visible again after `delay`. Returns False: do not delete it."""
        try:
            await self._queue.set_visibility_timeout(message["receiptHandle"], delay)
        except StudioUnavailable as error:
            _log.warning(
                "Cannot set the redelivery delay of message %s: %s", message["messageId"], error
            )
        return False

    async def _send_delayed(self, generation: Generation) -> None:
        """Send a delayed message for the end of a wait, if the generation waits."""
        if generation.not_before is None:
            return
        try:
            await self._queue.send(generation.ref, generation.not_before - self._clock.now())
        except StudioUnavailable as error:
            _log.warning("Leaving the retry of %s to the sweeper: %s", generation.id, error)


def worker_handler(worker: Worker, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """Create the Lambda handler. Call it once, at cold start.

    The event source mapping reports batch item failures, and delivers one message per
    event, to as many concurrent workers as the endpoint has slots.

    Args:
        loop: Event loop for all calls.
    """
    return on_loop(loop, lambda event, context: worker.work(event, lambda: time_left(context)))


def _error_delay(message: Mapping[str, Any]) -> timedelta:
    """Return the redelivery delay, which doubles with each receive to survive an outage."""
    doublings = min(int(message["attributes"]["ApproximateReceiveCount"]) - 1, 10)
    return min(INITIAL_ERROR_DELAY * float(2**doublings), MAX_ERROR_DELAY)
