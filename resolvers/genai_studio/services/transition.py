"""Apply a state machine step to a stored record, with optimistic concurrency control."""

from __future__ import annotations

from collections.abc import Callable

from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports import Records

MAX_CONFLICTS = 50
"""Maximum number of retries. More conflicts indicate a fault in the store."""

Step = Callable[[Generation], Generation | None]


async def transition(records: Records, ref: GenerationRef, step: Step) -> Generation:
    """Read a record, apply a step and save the result. Retries on conflicts.

    Exceptions from `step` propagate, so a stale fencing token is detected
    against the latest record. Nothing is saved if `step` returns None or its argument.

    Returns:
        The record as it is stored now.

    Raises:
        NotFound: The owner has no such generation.
        VersionConflict: The save conflicted `MAX_CONFLICTS` times.
    """
    for _ in range(MAX_CONFLICTS):
        before = await records.get(ref.owner, ref.id)
        if before is None:
            raise NotFound()
        after = step(before)
        if after is None or after is before:
            return before
        try:
            await records.save(before, after)
        except VersionConflict:
            continue
        return after
    raise VersionConflict(f"The record changed during each of {MAX_CONFLICTS} attempts to save it.")
