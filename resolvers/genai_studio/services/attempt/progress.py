"""Publish the progress of a running attempt. Progress is not stored in the record."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from genai_studio.domain.errors import ImageExists
from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.image import attempt_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import Clock, EndpointProgress, EventPublisher, GenerationEvent, Images

_log = logging.getLogger(__name__)

INTERVAL = timedelta(milliseconds=100)
"""Minimum interval between step events. A fast model completes hundreds of steps
per second, and each event is sent to every subscriber."""


class ProgressReporter:
    """Publishes the progress of one attempt.

    Errors are logged and ignored: an attempt does not fail because a preview
    could not be stored or an event could not be published.
    """

    def __init__(
        self, events: EventPublisher, images: Images, clock: Clock, claimed: Generation
    ) -> None:
        self._events = events
        self._images = images
        self._clock = clock
        self._claimed = claimed
        self._step = 0
        self._published_at: timedelta | None = None
        self._preview_key: str | None = None

    async def report(self, progress: EndpointProgress) -> None:
        """Publish progress, at most one event per `INTERVAL`.

        Previews and the last step are always published.
        """
        if progress.step < self._step or not self._is_due(progress):
            return
        self._step = progress.step
        self._published_at = self._clock.monotonic()
        claimed = self._claimed
        try:
            if progress.preview is not None:
                self._preview_key = await self._store_preview(progress.step, progress.preview)
            await self._events.publish(
                GenerationEvent(
                    claimed,
                    Progress(claimed.fence, progress.step, progress.steps, self._preview_key),
                )
            )
        except Exception as error:
            _log.warning("Progress of %s could not be published: %s", claimed.id, describe(error))

    def _is_due(self, progress: EndpointProgress) -> bool:
        if progress.preview is not None or progress.step == progress.steps:
            return True
        if self._published_at is None:
            return True
        return self._clock.monotonic() - self._published_at >= INTERVAL

    async def _store_preview(self, step: int, preview: bytes) -> str:
        claimed = self._claimed
        prefix = attempt_prefix(claimed.owner, claimed.id, claimed.fence)
        key = f"{prefix}preview-{step}.webp"
        with suppress(ImageExists):
            await self._images.put(key, preview, "image/webp")
        return key
