"""Bring to its end what an asynchronous endpoint has worked on.

::

    notice ──► told ──┐
                      ├─► collect ──► all there: keep, succeed
    clock  ──► look ──┘       ├─────► refused:   attempt_failed ──► QUEUED again, or FAILED
                              └─────► not yet:   told waits, look extends the lease

A notice may come twice, late or never. Twice is harmless: the second finds the
fence gone. Late, after a cancel or another's claim, removes what it tells of.
Never is what `look` is for, when the claim's lease has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.failure_log import log_bug
from genai_studio.ports import AnswerNotice, AsyncEndpoint, Clock, Images, Records
from genai_studio.services.attempt.image_writer import ImageEncoder
from genai_studio.services.attempt.outcome import INTERNAL_FAILURE, AttemptPrefix, Attempts
from genai_studio.services.transition import transition

LEASE = timedelta(minutes=2)
"""After so long without a notice a worker is called to look."""


class Collect:
    """Collects answers, when it is told of one and when nobody told.

    Args:
        prefixes: As for `Attempts`: images, and what was exchanged with the endpoint.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        endpoint: AsyncEndpoint,
        clock: Clock,
        encode_image: ImageEncoder,
        prefixes: Sequence[AttemptPrefix],
    ) -> None:
        self._records = records
        self._endpoint = endpoint
        self._clock = clock
        self._attempts = Attempts(records, images, clock, encode_image, prefixes)

    async def told(self, notice: AnswerNotice) -> None:
        """Follow a notice.

        Raises:
            OSError, StudioUnavailable: The answer, or an image, could not be
                read or stored; it still lies there, so try again later.
        """
        ref, fence = notice.ref, notice.fence
        current = await self._records.get(ref.owner, ref.id)
        with suppress(StaleFence):
            if current is None or not _holds(current, fence):
                await self._attempts.abandon(ref, fence)
            else:
                await self._collect(current, notice)

    async def look(self, ref: GenerationRef) -> bool:
        """Look for answers that nobody told of, when a claim's lease has ended.

        Returns:
            Whether the claim is ended, or kept because the endpoint has it;
            False where there is no such claim, or its worker was lost.

        Raises:
            OSError, StudioUnavailable: The answers cannot be read now.
        """
        current = await self._records.get(ref.owner, ref.id)
        if current is None or current.status is not Status.RUNNING:
            return False
        held_until = current.lease_expires_at
        if held_until is None or self._clock.now() < held_until:
            return False
        with suppress(StaleFence):
            return await self._collect(current, None) or await self._wait_on(current)
        return True

    async def _wait_on(self, claimed: Generation) -> bool:
        """Keep the claim for another lease, if the endpoint has what it asks for."""
        if not await self._endpoint.started(claimed):
            return False
        with suppress(StaleFence, NotFound):
            await transition(
                self._records,
                claimed.ref,
                lambda generation: state_machine.extend_lease(
                    generation, claimed.fence, self._clock.now(), LEASE
                ),
            )
        return True

    async def _collect(self, claimed: Generation, notice: AnswerNotice | None) -> bool:
        """End the claim if its answers are there; whether it did."""
        ref, fence = claimed.ref, claimed.fence
        try:
            drawn_images = await self._endpoint.collect(claimed, notice)
            if drawn_images is None:
                return False
            await self._attempts.succeed(claimed, drawn_images, state_machine.claimed_at(claimed))
        except EndpointError as error:
            await self._attempts.fail(ref, fence, error.failure)
        except (StaleFence, NotFound):
            await self._attempts.abandon(ref, fence)
        except (OSError, StudioUnavailable):
            # What the endpoint drew is paid for and still there: no attempt has failed.
            raise
        except Exception as error:
            log_bug(f"Collecting {ref.id} broke", error)
            await self._attempts.fail(ref, fence, INTERNAL_FAILURE)
        return True


def _holds(generation: Generation, fence: int) -> bool:
    return generation.status is Status.RUNNING and generation.fence == fence
