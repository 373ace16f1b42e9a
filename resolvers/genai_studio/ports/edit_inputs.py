"""The inputs of an edit, as they are kept and as an endpoint receives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from genai_studio.domain.request import ImageRequest


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """An uploaded file as it was sent.

    Attributes:
        content_type: `image/png`, `image/jpeg` or `image/webp`.
    """

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class KeptInputs:
    """Source and mask of one edit, as they are kept with the generation.

    Attributes:
        source: PNG of the size that `Edit.source` names.
        mask: Grayscale PNG of the same size; white pixels change. None unless INPAINT.
        original: The uploaded file of the source, if it carries Content Credentials.
    """

    source: bytes
    mask: bytes | None = None
    original: OriginalFile | None = None


@dataclass(frozen=True, slots=True)
class EditInputs:
    """Source and mask of one edit, decoded, scaled and padded for the endpoint.

    Attributes:
        image: RGB PNG. Its size is `width` × `height` of the request that accompanies it,
            except for UPSCALE, where it is the size of the source.
        mask: Grayscale PNG of the same size, feathered; white pixels change. None unless
            the operation is INPAINT or OUTPAINT.
    """

    image: bytes
    mask: bytes | None = None


EditPreparer = Callable[[ImageRequest, KeptInputs], EditInputs]
"""Prepares the inputs of a stored request for `endpoint_request` of it. CPU-bound; called
in a thread.

Raises `EndpointError` if an input cannot be decoded."""
