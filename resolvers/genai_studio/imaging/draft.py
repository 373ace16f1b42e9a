"""Encode live drafts."""

from __future__ import annotations

from genai_studio.imaging.decode import decode
from genai_studio.imaging.thumbnail import encode_webp, shrink
from genai_studio.ports import EndpointImage


def encode_draft(source: EndpointImage) -> tuple[bytes, int, int]:
    """Encode a draft as WebP, at most 320 pixels per side. Returns it with its size.

    Raises:
        EndpointError: The image is corrupt.
    """
    image = shrink(decode(source))
    return encode_webp(image), image.width, image.height
