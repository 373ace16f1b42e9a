"""Requests for images, before and after validation."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.domain.editing.edit import Edit, Margins
from genai_studio.domain.editing.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequestInput:
    """The input of `generateImage`. None stands for an omitted field."""

    prompt: str
    negative_prompt: str | None = None
    model: str | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    seed: int | None = None
    count: int | None = None
    style: str | None = None
    parent_id: str | None = None
    operation: Operation | None = None
    source_image_id: str | None = None
    source_upload_id: str | None = None
    mask_upload_id: str | None = None
    strength: float | None = None
    mask_feather: int | None = None
    outpaint: Margins | None = None
    upscale_factor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """A validated request with all defaults applied.

    Attributes:
        prompt: As entered. The style is applied before the request is sent to the endpoint.
            May be empty for UPSCALE.
        width: Pixels. A size that the model accepts, except in the record of INPAINT,
            OUTPAINT and UPSCALE, where it is the size of the result.
        height: Pixels, like `width`.
        seed: Seed of the first image. Image `i` uses `seed + i`. All fit in 31 bits.
        count: Number of images.
        style: ID of one of the model's styles, or None.
        operation: What the generation does.
        edit: Source, mask and strength. None if and only if the operation is TEXT_TO_IMAGE.
    """

    prompt: str
    negative_prompt: str
    model: str
    width: int
    height: int
    steps: int
    guidance_scale: float
    seed: int
    count: int
    style: str | None
    operation: Operation = Operation.TEXT_TO_IMAGE
    edit: Edit | None = None

    def seed_of(self, index: int) -> int:
        """Return the seed of the image with this zero-based index."""
        return self.seed + index
