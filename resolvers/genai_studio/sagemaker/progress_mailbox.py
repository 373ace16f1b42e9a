"""Pass the newest progress to a slow receiver without blocking the sender."""

from __future__ import annotations

from dataclasses import replace

import anyio

from genai_studio.ports import EndpointProgress, OnProgress


class ProgressMailbox:
    """A buffer for one progress. A newer progress replaces an undelivered one.

    A slow `on_progress` therefore never delays the images. An undelivered preview
    is kept until a newer preview replaces it. Use it on one event loop only.
    """

    def __init__(self) -> None:
        self._newest: EndpointProgress | None = None
        self._arrived = anyio.Event()

    def put(self, progress: EndpointProgress) -> None:
        """Store a progress, replacing an undelivered one."""
        if progress.preview is None and self._newest is not None:
            progress = replace(progress, preview=self._newest.preview)
        self._newest = progress
        self._arrived.set()

    async def deliver(self, on_progress: OnProgress) -> None:
        """Deliver progress as it arrives, until canceled."""
        while True:
            await self._arrived.wait()
            await self.deliver_last(on_progress)

    async def deliver_last(self, on_progress: OnProgress) -> None:
        """Deliver the undelivered progress, if any."""
        self._arrived = anyio.Event()
        progress, self._newest = self._newest, None
        if progress is not None:
            await on_progress(progress)
