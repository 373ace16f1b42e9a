"""The small picture that a live draft is."""

from __future__ import annotations

from genai_studio.imaging.decode import decode
from genai_studio.imaging.thumbnail import small, webp
from genai_studio.ports import Picture


def encode_draft(picture: Picture) -> tuple[bytes, int, int]:
    """A WebP of at most 320 pixels a side, with its width and height.

    Raises:
        EndpointError: The picture is damaged.
    """
    image = small(decode(picture))
    return webp(image), image.width, image.height
