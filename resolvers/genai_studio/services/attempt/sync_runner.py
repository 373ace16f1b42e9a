"""Run one attempt at a generation with an endpoint that answers within the call.

::

    claim ──► endpoint.generate ──► images.put ──► succeed
      │            │  progress ──► events                     (lease extended meanwhile)
      │            └─ refused ──► attempt_failed ──► QUEUED again, or FAILED
      └─ held by another, final, backing off ──► ClaimRefused

A worker that loses its claim, through a cancellation or an expired lease,
deletes the objects it stored and leaves the record unchanged.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, StaleFence
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.failure_log import describe
from genai_studio.ports import (
    Clock,
    EditPreparer,
    Endpoint,
    EventPublisher,
    ImageEncoder,
    Images,
    Records,
)
from genai_studio.services.attempt.edit_inputs import EditInputKeeper
from genai_studio.services.attempt.outcome import IMAGES_NOT_STORED, AttemptOutcome
from genai_studio.services.attempt.progress import ProgressReporter
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseTiming:
    """Durations of a claim's lease.

    Attributes:
        lease: A claim expires after this time unless it is extended. Must
            exceed the endpoint's own timeout where nothing extends the lease.
        check_interval: Interval at which the worker checks that it still holds
            the claim, which bounds the time until it notices a cancellation.
    """

    lease: timedelta = timedelta(seconds=90)
    check_interval: timedelta = timedelta(seconds=1)


class SyncRunner:
    """Claims a generation, waits for the endpoint and stores the images."""

    def __init__(
        self,
        records: Records,
        images: Images,
        endpoint: Endpoint,
        events: EventPublisher,
        clock: Clock,
        encode_image: ImageEncoder,
        prepare_edit: EditPreparer,
        timing: LeaseTiming,
    ) -> None:
        self._records = records
        self._images = images
        self._endpoint = endpoint
        self._events = events
        self._clock = clock
        self._sources = EditInputKeeper(images, prepare_edit)
        self._outcome = AttemptOutcome(records, images, clock, encode_image, self._sources)
        self._timing = timing

    async def process(self, ref: GenerationRef) -> Generation:
        """Run one attempt.

        Returns:
            The record after the attempt: final, or QUEUED again.

        Raises:
            ClaimRefused: The generation is final, backing off or held by another worker.
            NotFound: The generation does not exist.
            StaleFence: The claim was lost during the attempt.
        """
        claimed = await transition(
            self._records,
            ref,
            lambda generation: state_machine.claim(
                generation, self._clock.now(), self._timing.lease
            ),
        )
        claim = _HeldClaim(claimed.ref, claimed.fence)
        keeper = asyncio.create_task(self._keep_claim(claim))
        try:
            return await self._outcome.guard(
                claimed, self._generate(claimed, claim), IMAGES_NOT_STORED
            )
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def _generate(self, claimed: Generation, claim: _HeldClaim) -> Generation:
        progress = ProgressReporter(self._events, self._images, self._clock, claimed)
        sent, inputs = await self._sources.prepared(claimed)
        requested_at = self._clock.now()
        try:
            images = await self._endpoint.generate(
                sent.request, progress.report, lambda: claim.lost, inputs
            )
            return await self._outcome.succeed(claimed, images, requested_at)
        except asyncio.CancelledError:
            # A call that still runs in its thread stops at the next chunk.
            claim.lost = True
            raise

    async def _keep_claim(self, claim: _HeldClaim) -> None:
        """Extend the lease until the claim is lost."""
        timing = self._timing
        extend_at = self._clock.monotonic() + timing.lease / 3
        while not claim.lost:
            await self._clock.sleep(timing.check_interval.total_seconds())
            try:
                if self._clock.monotonic() >= extend_at:
                    await self._extend_lease(claim)
                    extend_at = self._clock.monotonic() + timing.lease / 3
                else:
                    current = await self._records.get(claim.ref.owner, claim.ref.id)
                    claim.lost = current is None or not current.held_by(claim.fence)
            except (StaleFence, NotFound):
                claim.lost = True
            except Exception as error:
                # The lease is still valid, and the next check may succeed.
                _log.warning(
                    "The claim on %s could not be checked: %s", claim.ref.id, describe(error)
                )

    async def _extend_lease(self, claim: _HeldClaim) -> None:
        await transition(
            self._records,
            claim.ref,
            lambda generation: state_machine.extend_lease(
                generation, claim.fence, self._clock.now(), self._timing.lease
            ),
        )


@dataclass(slots=True)
class _HeldClaim:
    """A claim of this worker, and whether it is known to be lost."""

    ref: GenerationRef
    fence: int
    lost: bool = False
