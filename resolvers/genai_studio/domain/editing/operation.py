"""What a generation does: make an image from text, or change a source image."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """The operation of a generation. All but the first need a source image."""

    TEXT_TO_IMAGE = "TEXT_TO_IMAGE"
    IMAGE_TO_IMAGE = "IMAGE_TO_IMAGE"
    INPAINT = "INPAINT"
    OUTPAINT = "OUTPAINT"
    UPSCALE = "UPSCALE"

    @property
    def sized_by_model(self) -> bool:
        """Whether the model's limits apply to the size of the result.

        The size of other results follows from the source.
        """
        return self in (Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE)

    @property
    def masked(self) -> bool:
        """Whether a mask limits the change. Outpainting masks the new margins."""
        return self in (Operation.INPAINT, Operation.OUTPAINT)
