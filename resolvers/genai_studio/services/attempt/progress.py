"""Tell subscribers how far a running attempt is. Nothing of it is stored."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from genai_studio.domain.errors import ImageExists
from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.image import attempt_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import Clock, EndpointProgress, EventPublisher, GenerationEvent, Images

_log = logging.getLogger(__name__)

INTERVAL = timedelta(milliseconds=100)
"""Steps are told no more often. A fast model takes hundreds in a second, each
telling is a push to every subscriber, and nobody sees more than a few."""


class ProgressReporter:
    """Publishes what a streaming endpoint tells, for one attempt.

    Progress is a courtesy: when a preview cannot be kept or an event cannot be
    told, the image is made all the same.
    """

    def __init__(
        self, events: EventPublisher, images: Images, clock: Clock, claimed: Generation
    ) -> None:
        self._events = events
        self._images = images
        self._clock = clock
        self._claimed = claimed
        self._step = 0
        self._told_at: datetime | None = None
        self._preview_key: str | None = None

    async def report(self, told: EndpointProgress) -> None:
        """Publish one piece of progress, with its preview if it has one, unless
        another was just told; the last step and previews always are.
        """
        if told.step < self._step or not self._worth_telling(told):
            return
        self._step = told.step
        self._told_at = self._clock.now()
        claimed = self._claimed
        try:
            if told.preview is not None:
                self._preview_key = await self._keep(told.step, told.preview)
            await self._events.publish(
                GenerationEvent(
                    claimed, Progress(claimed.fence, told.step, told.steps, self._preview_key)
                )
            )
        except Exception as error:
            _log.warning("Progress of %s could not be told: %s", claimed.id, describe(error))

    def _worth_telling(self, told: EndpointProgress) -> bool:
        if told.preview is not None or told.step == told.steps or self._told_at is None:
            return True
        return self._clock.now() - self._told_at >= INTERVAL

    async def _keep(self, step: int, preview: bytes) -> str:
        claimed = self._claimed
        prefix = attempt_prefix(claimed.owner, claimed.id, claimed.fence)
        key = f"{prefix}preview-{step}.webp"
        with suppress(ImageExists):
            await self._images.put(key, preview, "image/webp")
        return key
