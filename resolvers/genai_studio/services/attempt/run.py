"""Carry a generation out: claim, ask the endpoint, keep the images, finish.

::

    claim ──► endpoint.generate ──► images.put ──► succeed
      │            │  progress ──► events                     (lease extended meanwhile)
      │            └─ refused ──► attempt_failed ──► QUEUED again, or FAILED
      └─ held by another, final, not yet ──► ClaimRefused

Whoever loses the claim on the way, by a cancel or a lease that ended, removes
what it stored and changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    EndpointCanceled,
    EndpointError,
    NotFound,
    StaleFence,
    StudioUnavailable,
    UnknownModel,
)
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.failure_log import describe, log_bug
from genai_studio.ports import Clock, Endpoint, EventPublisher, Images, Records
from genai_studio.services.attempt.image_writer import ImageEncoder
from genai_studio.services.attempt.outcome import (
    INTERNAL_FAILURE,
    STORAGE_FAILURE,
    WITHDRAWN_FAILURE,
    Attempts,
)
from genai_studio.services.attempt.progress import ProgressReporter
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunTiming:
    """How long things may take.

    Attributes:
        lease: A claim holds so long without a sign of life. Longer than the
            endpoint's own timeout where nothing can extend it.
        look: How often the claim is looked at, so that a cancel is noticed.
    """

    lease: timedelta = timedelta(seconds=90)
    look: timedelta = timedelta(seconds=1)


class Run:
    """One worker's way through one generation."""

    def __init__(
        self,
        records: Records,
        images: Images,
        endpoint: Endpoint,
        events: EventPublisher,
        clock: Clock,
        encode_image: ImageEncoder,
        timing: RunTiming,
    ) -> None:
        self._records = records
        self._images = images
        self._endpoint = endpoint
        self._events = events
        self._clock = clock
        self._attempts = Attempts(records, images, clock, encode_image)
        self._timing = timing

    async def run(self, ref: GenerationRef) -> Generation:
        """Carry it out as far as one attempt goes.

        Returns:
            The record as this attempt left it: final, or QUEUED again.

        Raises:
            ClaimRefused: It is final, backing off or held by another.
            NotFound: There is no such generation.
            StaleFence: It was canceled, or another took it over, on the way.
        """
        timing, clock = self._timing, self._clock
        claimed = await transition(
            self._records,
            ref,
            lambda generation: state_machine.claim(generation, clock.now(), timing.lease),
        )
        claim = _Claim(claimed.ref, claimed.fence)
        watch = asyncio.create_task(self._watch(claim))
        try:
            return await self._attempt(claimed, claim)
        except EndpointError as error:
            return await self._attempts.fail(ref, claim.fence, error.failure)
        except UnknownModel:
            return await self._attempts.fail(ref, claim.fence, WITHDRAWN_FAILURE)
        except (EndpointCanceled, StaleFence, NotFound):
            return await self._attempts.abandon(ref, claim.fence)
        except asyncio.CancelledError:
            # A call that goes on in its thread stops at its next piece.
            claim.lost = True
            await asyncio.shield(self._attempts.release(ref, claim.fence))
            raise
        except (OSError, StudioUnavailable) as error:
            _log.error("The images of %s could not be stored: %s", ref.id, describe(error))
            return await self._attempts.fail(ref, claim.fence, STORAGE_FAILURE)
        except Exception as error:
            log_bug(f"The attempt at {ref.id} broke", error)
            return await self._attempts.fail(ref, claim.fence, INTERNAL_FAILURE)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _attempt(self, claimed: Generation, claim: _Claim) -> Generation:
        progress = ProgressReporter(self._events, self._images, self._clock, claimed)
        called = self._clock.now()
        drawn_images = await self._endpoint.generate(
            claimed.request, progress.report, lambda: claim.lost
        )
        return await self._attempts.succeed(claimed, drawn_images, called)

    async def _watch(self, claim: _Claim) -> None:
        """Notice that the claim is lost; extend it while it is not."""
        timing = self._timing
        extend_at = self._clock.now() + timing.lease / 3
        while not claim.lost:
            await self._clock.sleep(timing.look.total_seconds())
            try:
                if self._clock.now() >= extend_at:
                    await self._extend(claim)
                    extend_at = self._clock.now() + timing.lease / 3
                else:
                    current = await self._records.get(claim.ref.owner, claim.ref.id)
                    claim.lost = current is None or not claim.holds(current)
            except (StaleFence, NotFound):
                claim.lost = True
            except Exception as error:
                # The lease still runs: the next look may go better.
                _log.warning(
                    "The claim on %s could not be looked at: %s", claim.ref.id, describe(error)
                )

    async def _extend(self, claim: _Claim) -> None:
        await transition(
            self._records,
            claim.ref,
            lambda generation: state_machine.extend_lease(
                generation, claim.fence, self._clock.now(), self._timing.lease
            ),
        )


@dataclass(slots=True)
class _Claim:
    """The claim this worker made, and whether it is known to be lost."""

    ref: GenerationRef
    fence: int
    lost: bool = False

    def holds(self, generation: Generation) -> bool:
        """Whether a worker with this claim may go on."""
        return generation.status is Status.RUNNING and generation.fence == self.fence
