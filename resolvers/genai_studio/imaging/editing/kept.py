"""Decode the kept inputs of an edit."""

from __future__ import annotations

import io

from PIL import Image

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode


def decode_kept(png: bytes, mode: str) -> Image.Image:
    """Decode a PNG that the studio stored.

    Args:
        mode: `RGB` or `L`.

    Raises:
        EndpointError: The stored file is damaged.
    """
    try:
        return Image.open(io.BytesIO(png), formats=("PNG",)).convert(mode)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        message = "The stored source or mask of the edit is damaged."
        raise EndpointError(FailureCode.SOURCE_MISSING, message, retryable=False) from error
