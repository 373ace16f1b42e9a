"""The small image that a live draft is."""

from __future__ import annotations

from genai_studio.imaging.decode import decode
from genai_studio.imaging.thumbnail import small, webp
from genai_studio.ports import EndpointImage


def encode_draft(drawn: EndpointImage) -> tuple[bytes, int, int]:
    """A WebP of at most 320 pixels a side, with its width and height.

    Raises:
        EndpointError: The image is damaged.
    """
    image = small(decode(drawn))
    return webp(image), image.width, image.height
