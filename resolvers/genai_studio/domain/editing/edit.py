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
class Box:
    """A rectangle of pixels. `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels."""
        return self.bottom - self.top


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
        white: The smallest box that contains all white pixels of a mask: those of 128 and
            more. None for a source, and for a mask without white pixels.
        original_key: Object key of the file as it was uploaded, if it carries Content
            Credentials, which the PNG at `key` lacks. Otherwise None.
        kept_key: Object key of the copy that an earlier generation kept. It is read first,
            because an upload expires. None unless the request is a retry.
    """

    key: str
    image_id: str | None = None
    upload_id: str | None = None
    width: int
    height: int
    white: Box | None = None
    original_key: str | None = None
    kept_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The part of the result that the endpoint generates, and the size it works in.

    Attributes:
        region: In pixels of the result. It may exceed the right and bottom edges, because
            models accept only certain sizes.
        width: Width of the image that the endpoint receives and returns.
        height: Height of that image. The region is scaled to this size and back.
    """

    region: Box
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The validated fields of an edit, with all defaults applied.

    Attributes:
        source: The image to change.
        mask: The mask of INPAINT, otherwise None. White pixels change.
        strength: 0 keeps the source, 1 ignores it. 1 for UPSCALE, which has none.
        mask_feather: Width in pixels of the soft edge around the mask. Pixels farther
            from the mask than this do not change.
        outpaint: Only for OUTPAINT.
        upscale_factor: 2 or 4, only for UPSCALE.
        workspace: Only for INPAINT and OUTPAINT.
    """

    source: EditInput
    mask: EditInput | None = None
    strength: float
    mask_feather: int = 0
    outpaint: Margins | None = None
    upscale_factor: int | None = None
    workspace: Workspace | None = None
