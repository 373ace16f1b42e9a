"""Fail generations whose queue messages were dead-lettered."""

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


class DeadLettered:
    """Fails the generations named by messages in the dead-letter queue."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def fail(self, ref: GenerationRef, sent_at: datetime) -> None:
        """Fail a generation, unless it will still be processed.

        Args:
            sent_at: When the message was first sent.
        """
        try:
            await transition(
                self._records,
                ref,
                lambda generation: state_machine.fail_undeliverable(
                    generation, sent_at, self._clock.now()
                ),
            )
        except (NotFound, VersionConflict):
            # The generation was purged, or another process is changing it.
            return
        except UnreadableDocument as error:
            _log.error("%s could not be failed: %s", ref.id, error)
