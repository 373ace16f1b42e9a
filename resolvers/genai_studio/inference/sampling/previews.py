"""How often a preview may be made, so that looking never slows the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image

INTERVAL_SECONDS = 0.3
SHARE = 0.02
"""The most of the time since the start that previews may take."""


class PreviewBudget:
    """Allows a preview when the last one is long enough ago and they stay cheap."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._last = clock()
        self._spent = 0.0

    def allows(self) -> bool:
        """Whether a preview may be made now."""
        now = self._clock()
        return now - self._last >= INTERVAL_SECONDS and self._spent <= SHARE * (now - self._started)

    def make(self, preview: Callable[[], Image.Image]) -> bytes:
        """Make one and count what it cost; returns WebP."""
        began = self._clock()
        data = encode_webp(preview())
        self._last = self._clock()
        self._spent += self._last - began
        return data


def encode_webp(image: Image.Image) -> bytes:
    """A small image as lossy WebP, encoded the fastest way."""
    out = BytesIO()
    image.save(out, "WEBP", quality=60, method=0)
    return out.getvalue()
