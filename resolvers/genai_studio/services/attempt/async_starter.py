"""Start one attempt at a generation with an asynchronous endpoint: claim and request.

No process waits while the endpoint works. `AsyncCollector` ends the attempt
when a notification arrives or the claim's lease expires.
"""

from __future__ import annotations

from collections.abc import Sequence

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports import AsyncEndpoint, Clock, EditPreparer, ImageEncoder, Images, Records
from genai_studio.services.attempt.async_collector import LEASE, AsyncCollector
from genai_studio.services.attempt.edit_inputs import EditInputKeeper
from genai_studio.services.attempt.outcome import REQUEST_NOT_STORED, AttemptOutcome, ClaimPrefix
from genai_studio.services.transition import transition


class AsyncStarter:
    """Claims a generation and sends its requests to the endpoint.

    Args:
        prefixes: See `AsyncCollector`.
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
        self._sources = EditInputKeeper(images, prepare_edit)
        self._outcome = AttemptOutcome(
            records, images, clock, encode_image, self._sources, prefixes
        )
        self._collector = AsyncCollector(
            records, images, endpoint, clock, encode_image, prepare_edit, prefixes
        )

    async def process(self, ref: GenerationRef) -> Generation:
        """Claim a generation and send its requests.

        Returns:
            The record: RUNNING, or its state after the endpoint refused.

        Raises:
            ClaimRefused: The generation is final, backing off, held by another
                worker or already at the endpoint.
            NotFound: The generation does not exist.
            StaleFence: The claim was lost.
            OSError, StudioUnavailable: The results of an earlier claim cannot be read now.
        """
        # The lease is not extended while the endpoint works, so an expired lease
        # does not mean that the request is lost. Check before sending it again.
        await self._collector.check_expired(ref)
        claimed = await transition(
            self._records,
            ref,
            lambda generation: state_machine.claim(generation, self._clock.now(), LEASE),
        )
        return await self._outcome.guard(claimed, self._send(claimed), REQUEST_NOT_STORED)

    async def _send(self, claimed: Generation) -> Generation:
        sent, inputs = await self._sources.prepared(claimed)
        await self._endpoint.start(sent, inputs)
        return claimed
