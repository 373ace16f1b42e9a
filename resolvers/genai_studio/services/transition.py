"""Apply a step of the state machine to what is stored, however many others write."""

from __future__ import annotations

from collections.abc import Callable

from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports import Records

MAX_CONFLICTS = 50
"""Lost races after which something is wrong with the store rather than with luck."""

Step = Callable[[Generation], Generation | None]


async def transition(records: Records, ref: GenerationRef, step: Step) -> Generation:
    """Read, take one step, store; again from the start when another was quicker.

    Whatever `step` raises ends it, so a stale fence is noticed against the
    newest record. A step that returns None or the same record stores nothing.

    Returns:
        The record as it is stored now.

    Raises:
        NotFound: The owner has no such generation (any more).
        VersionConflict: `MAX_CONFLICTS` races were lost.
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
    raise VersionConflict("The record changes faster than it can be written.")
