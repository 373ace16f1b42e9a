"""Limit the number of previews, so that they do not slow down sampling."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image

INTERVAL_SECONDS = 0.3
SHARE = 0.02
"""Maximum share of the elapsed time that previews may take."""


class PreviewBudget:
    """Allows a preview if `INTERVAL_SECONDS` have passed and the time share is not used up."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._last = clock()
        self._spent = 0.0

    def allows(self) -> bool:
        """Return whether a preview may be made now."""
        now = self._clock()
        return now - self._last >= INTERVAL_SECONDS and self._spent <= SHARE * (now - self._started)

    def make(self, preview: Callable[[], Image.Image]) -> bytes:
        """Make a preview and record its cost. Returns WebP."""
        began = self._clock()
        data = encode_webp(preview())
        self._last = self._clock()
        self._spent += self._last - began
        return data


def encode_webp(image: Image.Image) -> bytes:
    """Encode a small image as lossy WebP, with the fastest method."""
    out = BytesIO()
    image.save(out, "WEBP", quality=60, method=0)
    return out.getvalue()
