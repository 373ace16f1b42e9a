"""Publish stored changes to subscribers and delete objects that are no longer needed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import generation_prefix, inputs_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import Change, EventPublisher, GenerationEvent, Images, Records

_log = logging.getLogger(__name__)

GenerationPrefix = Callable[[Owner, str], str]
"""Object key prefix of a generation, from the owner and the generation ID."""


class Relay:
    """Processes the change feed. Processing is idempotent, so a reader that
    restarts resumes from its last saved position.

    Args:
        temporary_prefixes: Prefixes of objects, other than images, that are
            deleted once a generation is final.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        events: EventPublisher,
        temporary_prefixes: Sequence[GenerationPrefix] = (),
    ) -> None:
        self._records = records
        self._images = images
        self._events = events
        self._temporary_prefixes = temporary_prefixes

    async def process(self, change: Change) -> None:
        """Publish the latest record of a change, then delete unneeded objects.

        For a purge, deletes all images. For a final generation, deletes previews
        and the objects of lost attempts.
        """
        ref = change.ref
        if change.purged:
            for prefix in (generation_prefix, *self._temporary_prefixes):
                await self._images.delete_under(prefix(ref.owner, ref.id))
            return
        try:
            generation = await self._records.get(ref.owner, ref.id)
        except UnreadableDocument as error:
            # It cannot be published, and must not block the changes after it.
            _log.error("Skipped a change of %s: %s", ref.id, error)
            return
        if generation is None:
            return
        await self._events.publish(GenerationEvent(generation))
        if generation.status.final:
            await self._delete_unneeded(generation)

    async def _delete_unneeded(self, generation: Generation) -> None:
        keep = [key for image in generation.images for key in image.keys]
        # A failed or canceled edit needs its source and mask for a retry.
        keep.append(inputs_prefix(generation.owner, generation.id))
        prefix = generation_prefix(generation.owner, generation.id)
        try:
            await self._images.delete_under(prefix, keep=keep)
            for temporary in self._temporary_prefixes:
                await self._images.delete_under(temporary(generation.owner, generation.id))
        except (OSError, StudioUnavailable) as error:
            # Leftover objects must not block the changes of others. A purge of
            # the generation deletes them.
            _log.warning(
                "Unneeded objects of %s could not be deleted: %s", generation.id, describe(error)
            )
