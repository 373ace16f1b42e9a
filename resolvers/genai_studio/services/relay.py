"""From the store's change feed to subscribers, and to the end of purged pictures."""

from __future__ import annotations

from genai_studio.domain.image import generation_prefix
from genai_studio.ports import Change, Events, GenerationEvent, Images, Records


class Relay:
    """Carries stored changes on. Doing one twice does no harm, so a reader that
    dies goes on from the last position it kept.
    """

    def __init__(self, records: Records, images: Images, events: Events) -> None:
        self._records = records
        self._images = images
        self._events = events

    async def carry(self, change: Change) -> None:
        """Publish the newest record behind a change; delete a purged one's pictures."""
        ref = change.ref
        if change.purged:
            await self._images.delete_under(generation_prefix(ref.owner, ref.id))
            return
        generation = await self._records.get(ref.owner, ref.id)
        if generation is not None:
            await self._events.publish(GenerationEvent(generation))
