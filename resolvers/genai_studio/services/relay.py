"""From the store's change feed to subscribers, and to the end of needless objects."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import generation_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import Change, EventPublisher, GenerationEvent, Images, Records

_log = logging.getLogger(__name__)

GenerationPrefix = Callable[[Owner, str], str]
"""Where objects of a generation lie: of an owner and its id."""


class Relay:
    """Carries stored changes on. Doing one twice does no harm, so a reader that
    dies goes on from the last position it kept.

    Args:
        passing: Prefixes of objects, besides the images, that nobody needs
            once a generation is final.
    """

    def __init__(
        self,
        records: Records,
        images: Images,
        events: EventPublisher,
        passing: Sequence[GenerationPrefix] = (),
    ) -> None:
        self._records = records
        self._images = images
        self._events = events
        self._passing = passing

    async def carry(self, change: Change) -> None:
        """Publish the newest record behind a change, then delete what it leaves over:
        a purged one's images, a final one's previews and lost attempts.
        """
        ref = change.ref
        if change.purged:
            for prefix in (generation_prefix, *self._passing):
                await self._images.delete_under(prefix(ref.owner, ref.id))
            return
        try:
            generation = await self._records.get(ref.owner, ref.id)
        except UnreadableDocument as error:
            # Nobody can be told of it, and everybody's news waits behind it.
            _log.error("A change of %s is left out: %s", ref.id, error)
            return
        if generation is None:
            return
        await self._events.publish(GenerationEvent(generation))
        if generation.status.final:
            await self._tidy(generation)

    async def _tidy(self, generation: Generation) -> None:
        kept = [key for image in generation.images for key in (image.key, image.thumbnail_key)]
        prefix = generation_prefix(generation.owner, generation.id)
        try:
            await self._images.delete_under(prefix, keep=kept)
            for passing in self._passing:
                await self._images.delete_under(passing(generation.owner, generation.id))
        except (OSError, StudioUnavailable) as error:
            # Others must hear of their images all the same; a purge deletes it later.
            _log.warning(
                "The objects %s left over stay for now: %s", generation.id, describe(error)
            )
