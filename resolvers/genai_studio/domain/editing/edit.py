"""How a generation changes a source image.

Two conventions hold everywhere in the studio, and each wire format converts them:
a strength of 1 ignores the source, and white pixels of a mask change.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Pixels that outpainting adds to each side of the source."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditInput:
    """A source image or mask.

    Attributes:
        key: Object key of the PNG when the request was accepted. The first attempt copies
            it under the generation's own prefix.
        image_id: `Image.id` if it is an image of the studio, otherwise None.
        upload_id: ID of the upload, or None. Exactly one of both is set.
        width: Pixels.
        height: Pixels.
    """

    key: str
    image_id: str | None = None
    upload_id: str | None = None
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The validated fields of an edit, with all defaults applied.

    Attributes:
        source: The image to change.
        mask: The mask of INPAINT, otherwise None. White pixels change.
        strength: 0 keeps the source, 1 ignores it.
        mask_feather: Width in pixels of the soft edge of the mask.
        outpaint: Only for OUTPAINT.
        upscale_factor: 2 or 4, only for UPSCALE.
    """

    source: EditInput
    mask: EditInput | None = None
    strength: float
    mask_feather: int = 0
    outpaint: Margins | None = None
    upscale_factor: int | None = None
