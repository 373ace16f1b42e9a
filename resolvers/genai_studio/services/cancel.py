"""Cancel unfinished generations."""

from __future__ import annotations

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, ErrorCode, Problem, Refused
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.identity import Caller
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition


class Cancel:
    """Stores CANCELED at once. The worker stops at its next check of the claim."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def cancel(self, caller: Caller, generation_id: str) -> Generation:
        """Cancel a generation. Returns a canceled generation unchanged.

        Raises:
            NotFound: The caller has no such generation.
            Refused: The generation has succeeded or failed (`NOT_CANCELABLE`).
        """

        def step(generation: Generation) -> Generation:
            if generation.status is Status.CANCELED:
                return generation
            return state_machine.cancel(generation, self._clock.now())

        try:
            return await transition(self._records, GenerationRef(caller.owner, generation_id), step)
        except ClaimRefused as refused:
            raise Refused(Problem(ErrorCode.NOT_CANCELABLE, str(refused), ("id",))) from None
