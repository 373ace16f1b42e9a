"""The end of generations that no worker could take."""

from __future__ import annotations

import logging
from datetime import datetime

from genai_studio.domain import state_machine
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.errors import NotFound, VersionConflict
from genai_studio.domain.generation import GenerationRef
from genai_studio.ports import Clock, Records
from genai_studio.services.transition import transition

_log = logging.getLogger(__name__)


class Undelivered:
    """Gives up what a message asked for that landed in the dead-letter queue."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def abandon(self, ref: GenerationRef, sent_at: datetime) -> None:
        """End the generation with its reason, unless others still care for it.

        Args:
            sent_at: When the message was first sent.
        """
        try:
            await transition(
                self._records,
                ref,
                lambda generation: state_machine.undeliverable(
                    generation, sent_at, self._clock.now()
                ),
            )
        except (NotFound, VersionConflict):
            # Purged, or changing: then somebody is at it.
            return
        except UnreadableDocument as error:
            _log.error("%s cannot be given up: %s", ref.id, error)
