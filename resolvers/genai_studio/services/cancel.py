"""Stop a generation that has not come to its end."""

from __future__ import annotations

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, ErrorCode, Problem, Refused
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.identity import Caller
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition


class Cancel:
    """Writes CANCELED at once; the worker notices at its next look."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def cancel(self, caller: Caller, generation_id: str) -> Generation:
        """Cancel it; one that is canceled already stays as it is.

        Raises:
            NotFound: The caller has no such generation.
            Refused: It has succeeded or failed already (`NOT_CANCELABLE`).
        """

        def step(generation: Generation) -> Generation:
            if generation.status == "CANCELED":
                return generation
            return state_machine.cancel(generation, self._clock.now())

        try:
            return await transition(self._records, GenerationRef(caller.owner, generation_id), step)
        except ClaimRefused as refused:
            message = f"It has come to its end already. {refused}"
            raise Refused(Problem(ErrorCode.NOT_CANCELABLE, message, ("id",))) from None
