"""The prepared inputs of an edit, as an endpoint receives them."""

from __future__ import annotations

from dataclasses import dataclass


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
