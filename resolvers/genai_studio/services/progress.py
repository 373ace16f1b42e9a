"""Tell subscribers how far a running attempt is. Nothing of it is stored."""

from __future__ import annotations

import logging
from contextlib import suppress

from genai_studio.domain.errors import ImageExists
from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.image import attempt_prefix
from genai_studio.failure_log import describe
from genai_studio.ports import EndpointProgress, Events, GenerationEvent, Images

_log = logging.getLogger(__name__)


class ProgressReporter:
    """Publishes what a streaming endpoint tells, for one attempt.

    Progress is a courtesy: when a preview cannot be kept or an event cannot be
    told, the picture is made all the same.
    """

    def __init__(self, events: Events, images: Images, claimed: Generation) -> None:
        self._events = events
        self._images = images
        self._claimed = claimed
        self._step = 0
        self._preview_key: str | None = None

    async def report(self, told: EndpointProgress) -> None:
        """Publish one piece of progress, with its preview if it has one."""
        if told.step < self._step:
            return
        self._step = told.step
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

    async def _keep(self, step: int, preview: bytes) -> str:
        claimed = self._claimed
        prefix = attempt_prefix(claimed.owner, claimed.id, claimed.fence)
        key = f"{prefix}preview-{step}.webp"
        with suppress(ImageExists):
            await self._images.put(key, preview, "image/webp")
        return key
