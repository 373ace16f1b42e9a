"""End a claimed attempt: store its images, record its failure, or release the claim.

The worker that waits for an endpoint and the collector of asynchronous results
both end their claims here. Every write names the claim's fencing token, so an
attempt that lost its claim changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from genai_studio.disk_full import is_disk_full
from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    EndpointCanceled,
    EndpointError,
    EndpointLost,
    NotFound,
    StaleFence,
    StudioUnavailable,
    UnknownModel,
)
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, GenerationRef, TimelineEntry
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import attempt_prefix, generation_prefix
from genai_studio.failure_log import describe, log_bug
from genai_studio.ports import Clock, EndpointImage, ImageEncoder, Images, Records
from genai_studio.services.attempt.edit_inputs import EditInputKeeper
from genai_studio.services.attempt.image_writer import ImageWriter
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)

T = TypeVar("T")

ClaimPrefix = Callable[[Owner, str, int], str]
"""Object key prefix of a claim, from the owner, the generation ID and the fencing token."""

IMAGES_NOT_STORED = Failure(
    FailureCode.STORAGE_FAILED, "The images could not be stored.", retryable=True
)
REQUEST_NOT_STORED = Failure(
    FailureCode.STORAGE_FAILED, "The request could not be stored.", retryable=True
)
_DISK_FULL = Failure(
    FailureCode.STORAGE_FAILED,
    "The disk is full, so the images could not be stored. Free space, then retry.",
    retryable=True,
)
_MODEL_REMOVED = Failure(
    FailureCode.ENDPOINT_REJECTED, "The studio no longer offers this model.", retryable=False
)
_INTERNAL = Failure(
    FailureCode.INTERNAL, "Internal error. Details are in the studio's log.", retryable=True
)


class AttemptOutcome:
    """Ends claims.

    Args:
        prefixes: The prefixes under which a claim may have stored objects.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        clock: Clock,
        encode_image: ImageEncoder,
        sources: EditInputKeeper,
        prefixes: Sequence[ClaimPrefix] = (attempt_prefix,),
    ) -> None:
        self._records = records
        self._images = images
        self._clock = clock
        self._writer = ImageWriter(images, encode_image, sources)
        self._prefixes = prefixes

    async def guard(
        self, claimed: Generation, work: Awaitable[T], storage_failure: Failure | None
    ) -> T | Generation:
        """Await the work of a claim, and end the claim if the work fails.

        Args:
            storage_failure: Recorded if storage fails. None keeps the claim and
                re-raises storage errors and cancellation, for work that can be
                repeated because the endpoint keeps its results.

        Returns:
            The result of `work`, or the record after the failure.

        Raises:
            StaleFence: The claim was lost.
            OSError, StudioUnavailable: Storage failed and `storage_failure` is None.
        """
        try:
            return await work
        except EndpointLost:
            return await self.lose_endpoint(claimed)
        except EndpointError as error:
            return await self.fail(claimed, error.failure)
        except UnknownModel:
            return await self.fail(claimed, _MODEL_REMOVED)
        except (EndpointCanceled, StaleFence, NotFound):
            return await self.abandon(claimed.ref, claimed.fence)
        except asyncio.CancelledError:
            if storage_failure is not None:
                await asyncio.shield(self.release(claimed))
            raise
        except (OSError, StudioUnavailable) as error:
            if storage_failure is None:
                raise
            failure = _DISK_FULL if is_disk_full(error) else storage_failure
            _log.error("%s: %s %s", claimed.id, failure.message, describe(error))
            return await self.fail(claimed, failure)
        except Exception as error:
            log_bug(f"The attempt at {claimed.id} failed", error)
            return await self.fail(claimed, _INTERNAL)

    async def succeed(
        self, claimed: Generation, images: Sequence[EndpointImage], requested_at: datetime
    ) -> Generation:
        """Store the images and mark the generation SUCCEEDED.

        Args:
            requested_at: When the request was sent to the endpoint.

        Raises:
            EndpointError: The number of images is wrong, or an image is corrupt.
            OSError, StudioUnavailable: An image could not be stored.
            StaleFence, NotFound: The claim was lost.
        """
        answered_at = self._clock.now()
        stored = await self._writer.write(claimed, images)
        now = self._clock.now()
        generated = f"generated {len(images)} of {claimed.request.count}"
        steps = (
            _timed_entry("endpoint", generated, requested_at, answered_at),
            _timed_entry("images", f"stored {len(stored)}", answered_at, now),
        )
        # The relay deletes previews and the objects of lost attempts. It reads
        # this change from the feed even if this process dies after the write.
        return await transition(
            self._records,
            claimed.ref,
            lambda generation: state_machine.succeed(generation, claimed.fence, now, stored, steps),
        )

    async def fail(self, claimed: Generation, failure: Failure) -> Generation:
        """Record a failed attempt: QUEUED for a retry, or FAILED.

        Raises:
            StaleFence: The claim was lost.
        """
        now = self._clock.now()
        return await self._end(
            claimed,
            lambda generation: state_machine.attempt_failed(
                generation, claimed.fence, now, failure
            ),
        )

    async def lose_endpoint(self, claimed: Generation) -> Generation:
        """Requeue a generation whose endpoint process ended during the attempt.

        Raises:
            StaleFence: The claim was lost.
        """
        now = self._clock.now()
        return await self._end(
            claimed,
            lambda generation: state_machine.endpoint_lost(generation, claimed.fence, now),
        )

    async def _end(
        self, claimed: Generation, step: Callable[[Generation], Generation]
    ) -> Generation:
        try:
            after = await transition(self._records, claimed.ref, step)
        except (StaleFence, NotFound):
            return await self.abandon(claimed.ref, claimed.fence)
        await self._delete_objects(claimed.ref, claimed.fence)
        return after

    async def release(self, claimed: Generation) -> None:
        """Return an unused claim. Does nothing to the record if the claim was lost."""
        with suppress(StaleFence, NotFound):
            await transition(
                self._records,
                claimed.ref,
                lambda generation: state_machine.release(
                    generation, claimed.fence, self._clock.now()
                ),
            )
        await self._delete_objects(claimed.ref, claimed.fence)

    async def abandon(self, ref: GenerationRef, fence: int) -> Generation:
        """Delete the objects of a lost claim.

        Returns:
            The record, if this claim finished it and only the response of the
            write was lost.

        Raises:
            StaleFence: This claim did not finish it.
        """
        current = await self._records.get(ref.owner, ref.id)
        if current is not None and current.finished_by(fence):
            return current
        await self._delete_objects(ref, fence)
        raise StaleFence("The claim was lost.")

    async def _delete_objects(self, ref: GenerationRef, fence: int) -> None:
        """Delete what this claim stored, unless the record refers to it."""
        with suppress(OSError, StudioUnavailable):
            current = await self._records.get(ref.owner, ref.id)
            if current is not None and current.finished_by(fence):
                return
            if current is None:
                # Purged. This claim may have copied the inputs of its edit afterwards.
                await self._images.delete_under(generation_prefix(ref.owner, ref.id))
            for prefix in self._prefixes:
                await self._images.delete_under(prefix(ref.owner, ref.id, fence))


def _timed_entry(component: str, step: str, start: datetime, end: datetime) -> TimelineEntry:
    return TimelineEntry(end, component, step, round((end - start).total_seconds() * 1000))
