"""How an attempt at a generation ends: with its images, refused, given back or given up.

Whoever holds a claim ends it here: the worker that waited for the endpoint, or
the one who collects what an endpoint left behind. All that changes is written
under the claim's fence, so a claim that was lost on the way changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from genai_studio.domain import state_machine
from genai_studio.domain.errors import NotFound, StaleFence, StudioUnavailable
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, Status, TimelineEntry
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import Clock, EndpointImage, Images, Records
from genai_studio.services.attempt.image_writer import ImageEncoder, ImageWriter
from genai_studio.services.transition import transition

AttemptPrefix = Callable[[Owner, str, int], str]
"""Where a claim's objects lie: of an owner, a generation's id and a fence."""


class Attempts:
    """Ends claims.

    Args:
        prefixes: Everything a claim may have left lies under one of these.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        clock: Clock,
        encode_image: ImageEncoder,
        prefixes: Sequence[AttemptPrefix] = (attempt_prefix,),
    ) -> None:
        self._records = records
        self._images = images
        self._clock = clock
        self._keeper = ImageWriter(images, encode_image)
        self._prefixes = prefixes

    async def succeed(
        self, claimed: Generation, drawn_images: Sequence[EndpointImage], called: datetime
    ) -> Generation:
        """Keep the images, then finish.

        Args:
            called: When the endpoint was asked.

        Raises:
            EndpointError: They are too few or too many, or one is damaged.
            OSError, StudioUnavailable: One could not be stored.
            StaleFence, NotFound: The claim was lost on the way.
        """
        answered = self._clock.now()
        images = await self._keeper.keep(claimed, drawn_images)
        now = self._clock.now()
        steps = (
            _entry(
                answered, "endpoint", f"drew {len(drawn_images)} of {claimed.request.count}", called
            ),
            _entry(now, "images", f"stored {len(images)}", answered),
        )
        # Previews, and what lost attempts left, are deleted by the relay, which
        # sees this change even when its writer dies right after it.
        return await transition(
            self._records,
            claimed.ref,
            lambda generation: state_machine.succeed(generation, claimed.fence, now, images, steps),
        )

    async def fail(self, ref: GenerationRef, fence: int, failure: Failure) -> Generation:
        """Take in what came instead of images: QUEUED again, or FAILED.

        Raises:
            StaleFence: The claim was lost on the way.
        """
        now = self._clock.now()
        try:
            after = await transition(
                self._records,
                ref,
                lambda generation: state_machine.attempt_failed(generation, fence, now, failure),
            )
        except (StaleFence, NotFound):
            return await self.abandon(ref, fence)
        await self._drop(ref, fence)
        return after

    async def release(self, ref: GenerationRef, fence: int) -> None:
        """Give the claim back unused; nothing happens when it was lost before."""
        with suppress(StaleFence, NotFound):
            await transition(
                self._records,
                ref,
                lambda generation: state_machine.release(generation, fence, self._clock.now()),
            )
        await self._drop(ref, fence)

    async def abandon(self, ref: GenerationRef, fence: int) -> Generation:
        """Remove what a claim that is lost has stored.

        Returns:
            The record, when it was this claim after all that finished it.

        Raises:
            StaleFence: It was not.
        """
        current = await self._records.get(ref.owner, ref.id)
        if current is not None and _finished_by(current, fence):
            # The write that finished it was made, only its answer was lost.
            return current
        await self._drop(ref, fence)
        raise StaleFence("The claim was lost on the way.")

    async def _drop(self, ref: GenerationRef, fence: int) -> None:
        """Delete what this claim stored, unless that is what the record names."""
        with suppress(OSError, StudioUnavailable):
            current = await self._records.get(ref.owner, ref.id)
            if current is not None and _finished_by(current, fence):
                return
            for prefix in self._prefixes:
                await self._images.delete_under(prefix(ref.owner, ref.id, fence))


STORAGE_FAILURE = Failure(
    FailureCode.STORAGE_FAILED, "The images could not be stored.", retryable=True
)
WITHDRAWN_FAILURE = Failure(
    FailureCode.ENDPOINT_REJECTED, "The studio no longer offers this model.", retryable=False
)
INTERNAL_FAILURE = Failure(
    FailureCode.INTERNAL, "Something went wrong in the studio; its log says more.", retryable=True
)


def _finished_by(generation: Generation, fence: int) -> bool:
    """Whether it was this claim that finished it."""
    return generation.status is Status.SUCCEEDED and generation.fence == fence


def _entry(at: datetime, component: str, step: str, since: datetime) -> TimelineEntry:
    return TimelineEntry(at, component, step, round((at - since).total_seconds() * 1000))
