"""The newest progress, handed over without making the sender wait."""

from __future__ import annotations

from dataclasses import replace

import anyio

from genai_studio.ports import EndpointProgress, OnProgress


class ProgressMailbox:
    """Holds one progress at most: what was not fetched in time is overtaken.

    So a slow `on_progress` never holds up the images that follow. A preview
    that was not fetched stays until a newer one replaces it. For one event loop.
    """

    def __init__(self) -> None:
        self._newest: EndpointProgress | None = None
        self._arrived = anyio.Event()

    def put(self, progress: EndpointProgress) -> None:
        """Leave a progress, in the place of the one before."""
        if progress.preview is None and self._newest is not None:
            progress = replace(progress, preview=self._newest.preview)
        self._newest = progress
        self._arrived.set()

    async def deliver(self, on_progress: OnProgress) -> None:
        """Hand over what arrives, one after the other, until canceled."""
        while True:
            await self._arrived.wait()
            await self.deliver_last(on_progress)

    async def deliver_last(self, on_progress: OnProgress) -> None:
        """Hand over what is left, if anything."""
        self._arrived = anyio.Event()
        progress, self._newest = self._newest, None
        if progress is not None:
            await on_progress(progress)
