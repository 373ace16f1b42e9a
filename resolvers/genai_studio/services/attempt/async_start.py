"""Carry a generation as far as an asynchronous endpoint: claim, ask, go.

Nothing runs while the endpoint works. The claim's lease is kept by whoever
looks when it ends, and `Collect` brings it to its end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError, StudioUnavailable, UnknownModel
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.failure_log import describe, log_bug
from genai_studio.ports import AsyncEndpoint, Clock, Images, Records
from genai_studio.services.attempt.async_collect import LEASE, Collect
from genai_studio.services.attempt.image_writer import ImageEncoder
from genai_studio.services.attempt.outcome import (
    INTERNAL_FAILURE,
    WITHDRAWN_FAILURE,
    AttemptPrefix,
    Attempts,
)
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)


class Start:
    """One worker's way through one generation, where nobody waits for the endpoint.

    Args:
        prefixes: As for `Collect`.
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
        self._collect = Collect(records, images, endpoint, clock, encode_image, prefixes)

    async def run(self, ref: GenerationRef) -> Generation:
        """Claim it and ask the endpoint.

        Returns:
            The record as this left it: RUNNING, or what a refusal made of it.

        Raises:
            ClaimRefused: It is final, backing off, held by another or with the endpoint.
            NotFound: There is no such generation.
            StaleFence: It was canceled, or another took it over, on the way.
            OSError, StudioUnavailable: Whether it was answered cannot be told now.
        """
        # A lease that has just ended says nothing here: nobody extends it while
        # the endpoint works. A second message must not ask for the same again.
        await self._collect.look(ref)
        claimed = await transition(
            self._records,
            ref,
            lambda generation: state_machine.claim(generation, self._clock.now(), LEASE),
        )
        try:
            await self._endpoint.start(claimed)
        except EndpointError as error:
            return await self._attempts.fail(ref, claimed.fence, error.failure)
        except UnknownModel:
            return await self._attempts.fail(ref, claimed.fence, WITHDRAWN_FAILURE)
        except asyncio.CancelledError:
            await asyncio.shield(self._attempts.release(ref, claimed.fence))
            raise
        except (OSError, StudioUnavailable) as error:
            _log.error("The request of %s could not be stored: %s", ref.id, describe(error))
            return await self._attempts.fail(ref, claimed.fence, STORAGE_FAILURE)
        except Exception as error:
            log_bug(f"Asking for {ref.id} broke", error)
            return await self._attempts.fail(ref, claimed.fence, INTERNAL_FAILURE)
        return claimed


STORAGE_FAILURE = Failure(
    FailureCode.STORAGE_FAILED, "The request could not be stored.", retryable=True
)
