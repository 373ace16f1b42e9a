"""The fields of a `Generation` that describe an edit."""

from dataclasses import dataclass

import strawberry

from genai_studio.domain.editing.edit import Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.schema.directives import PUBLISHED


@strawberry.type(directives=PUBLISHED, description="Pixels added to each side of the source.")
class Outpaint:
    left: int = strawberry.field(description="Pixels at the left.")
    right: int = strawberry.field(description="Pixels at the right.")
    top: int = strawberry.field(description="Pixels at the top.")
    bottom: int = strawberry.field(description="Pixels at the bottom.")


@dataclass(frozen=True, slots=True)
class EditFields:
    """The fields of an edit; None where the operation has no such field."""

    source_image_id: strawberry.ID | None = None
    source_upload_id: strawberry.ID | None = None
    mask_upload_id: strawberry.ID | None = None
    strength: float | None = None
    mask_feather: int | None = None
    outpaint: Outpaint | None = None
    upscale_factor: int | None = None


_NONE = EditFields()


def edit_fields(request: ImageRequest) -> EditFields:
    """Return the fields of a request's edit."""
    operation, edit = request.operation, request.edit
    if edit is None:
        return _NONE
    return EditFields(
        source_image_id=_id(edit.source.image_id),
        source_upload_id=_id(edit.source.upload_id),
        mask_upload_id=_id(edit.mask.upload_id) if edit.mask else None,
        strength=None if operation is Operation.UPSCALE else edit.strength,
        mask_feather=edit.mask_feather if operation.masked else None,
        outpaint=_outpaint(edit.outpaint) if edit.outpaint else None,
        upscale_factor=edit.upscale_factor,
    )


def _outpaint(margins: Margins) -> Outpaint:
    return Outpaint(left=margins.left, right=margins.right, top=margins.top, bottom=margins.bottom)


def _id(text: str | None) -> strawberry.ID | None:
    return None if text is None else strawberry.ID(text)
