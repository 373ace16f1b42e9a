"""Collect the results of an asynchronous endpoint and end the attempt.

::

    notification ──► collect ──────────┐
                                       ├──► all results: store, succeed
    expired lease ──► check_expired ───┼──► refused:     attempt_failed ──► QUEUED again, or FAILED
                                       └──► incomplete:  wait, or extend the lease

A notification may be duplicated, delayed or lost. A duplicate finds that the
claim has ended. After a cancellation or another claim, a late notification
deletes the objects it refers to. `check_expired` handles lost notifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, StaleFence
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.ports import (
    AnswerNotice,
    AsyncEndpoint,
    Clock,
    EditPreparer,
    ImageEncoder,
    Images,
    Records,
)
from genai_studio.services.attempt.edit_inputs import EditInputKeeper, at_endpoint
from genai_studio.services.attempt.outcome import AttemptOutcome, ClaimPrefix
from genai_studio.services.transition import transition

LEASE = timedelta(minutes=2)
"""A worker checks for results after this time without a notification. It is the first lease of
a claim; see `AsyncCollector.check_expired` for the following ones."""


class AsyncCollector:
    """Collects results, on a notification or after a lease expired.

    Args:
        prefixes: See `AttemptOutcome`: images, and objects exchanged with the endpoint.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        endpoint: AsyncEndpoint,
        clock: Clock,
        encode_image: ImageEncoder,
        prepare_edit: EditPreparer,
        prefixes: Sequence[ClaimPrefix],
    ) -> None:
        self._records = records
        self._endpoint = endpoint
        self._clock = clock
        sources = EditInputKeeper(images, prepare_edit)
        self._outcome = AttemptOutcome(records, images, clock, encode_image, sources, prefixes)

    async def collect(self, notice: AnswerNotice) -> None:
        """Process a notification.

        Raises:
            OSError, StudioUnavailable: A result could not be read, or an image
                could not be stored. The results remain, so the call can be retried.
        """
        ref, fence = notice.ref, notice.fence
        current = await self._records.get(ref.owner, ref.id)
        with suppress(StaleFence):
            if current is None or not current.held_by(fence):
                await self._outcome.abandon(ref, fence)
            else:
                await self._end_if_complete(current, notice)

    async def check_expired(self, ref: GenerationRef) -> bool:
        """Collect results without a notification if the claim's lease has expired.

        An extended lease is as long as the claim has already lasted. The checks of one
        claim are therefore 2, 4, 8 and 16 minutes after it, if no notification arrives:
        few enough for many generations that wait for an endpoint without capacity.

        Returns:
            True if the claim ended, or was extended because the endpoint has
            the requests. False if there is no expired claim, or its worker was lost.

        Raises:
            OSError, StudioUnavailable: The results cannot be read now.
        """
        current = await self._records.get(ref.owner, ref.id)
        if current is None or current.status is not Status.RUNNING:
            return False
        held_until = current.lease_expires_at
        if held_until is None or self._clock.now() < held_until:
            return False
        with suppress(StaleFence):
            return await self._end_if_complete(current, None) or await self._extend(current)
        return True

    async def _extend(self, claimed: Generation) -> bool:
        """Extend the lease if the endpoint accepted all requests. Returns whether it did."""
        if not await self._endpoint.started(claimed):
            return False
        now = self._clock.now()
        lease = max(LEASE, now - (claimed.claimed_at or claimed.created_at))
        with suppress(StaleFence, NotFound):
            await transition(
                self._records,
                claimed.ref,
                lambda generation: state_machine.extend_lease(
                    generation, claimed.fence, now, lease
                ),
            )
        return True

    async def _end_if_complete(self, claimed: Generation, notice: AnswerNotice | None) -> bool:
        """End the claim if all results are available. Returns whether it ended."""
        # The endpoint's results are paid for and remain in storage, so a storage
        # error is not a failed attempt.
        ended = await self._outcome.guard(
            claimed, self._collect_results(claimed, notice), storage_failure=None
        )
        return ended is not None

    async def _collect_results(
        self, claimed: Generation, notice: AnswerNotice | None
    ) -> Generation | None:
        images = await self._endpoint.collect(at_endpoint(claimed), notice)
        if images is None:
            return None
        requested_at = claimed.claimed_at or claimed.created_at
        return await self._outcome.succeed(claimed, images, requested_at)
