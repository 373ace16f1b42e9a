"""The image encoder port: from an endpoint's image to the stored files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genai_studio.domain.generation import Generation
from genai_studio.ports.edit_inputs import KeptInputs
from genai_studio.ports.endpoint import EndpointImage


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """The encoded files of one image.

    Attributes:
        png: The image, with its provenance in text chunks.
        thumbnail: WebP, at most 320 pixels per side.
        placeholder: Base64 thumbhash.
        sha256: Lowercase hex digest of `png`.
        width: Actual width in pixels.
        height: Actual height in pixels.
        labeled: The PNG with a visible label, or None if labels are off.
    """

    png: bytes
    thumbnail: bytes
    placeholder: str
    sha256: str
    width: int
    height: int
    labeled: bytes | None = None


ImageEncoder = Callable[[EndpointImage, Generation, int, KeptInputs | None], EncodedImage]
"""Encodes image `index` of a generation. CPU-bound; called in a thread.

The last argument has the inputs of an edit, which decide on the pixels outside its mask. It
is None if and only if the operation is TEXT_TO_IMAGE."""
