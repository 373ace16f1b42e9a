"""Validate the fields of an edit, and compute the size of its result."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.edit import Box, Edit, EditInput, Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.workspace import choose_workspace, margins_box
from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.request import ImageRequestInput

T = TypeVar("T")

MAX_RESULT_PIXELS = 25_000_000
"""Maximum of width × height of an edited image. The worker holds several copies of it
uncompressed, in 1 GB of memory."""

MAX_RESULT_SIDE = 16_384
"""Maximum width and height of an edited image in pixels, the limit of WebP and of canvases."""

MAX_FEATHER = 64
"""Maximum `maskFeather` in pixels."""

FACTORS = (2, 4)
"""Accepted values of `upscaleFactor`."""

_EDITS = frozenset(Operation) - {Operation.TEXT_TO_IMAGE}
_MASKED = frozenset({Operation.INPAINT, Operation.OUTPAINT})

_OPERATIONS_OF_FIELD: Mapping[str, frozenset[Operation]] = {
    "sourceImageId": _EDITS,
    "sourceUploadId": _EDITS,
    "maskUploadId": frozenset({Operation.INPAINT}),
    "strength": _MASKED | {Operation.IMAGE_TO_IMAGE},
    "maskFeather": _MASKED,
    "outpaint": frozenset({Operation.OUTPAINT}),
    "upscaleFactor": frozenset({Operation.UPSCALE}),
    "width": frozenset({Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE}),
    "height": frozenset({Operation.TEXT_TO_IMAGE, Operation.IMAGE_TO_IMAGE}),
}


@dataclass(frozen=True, slots=True)
class EditPlan:
    """A validated edit and the size of its result in pixels."""

    edit: Edit
    width: int
    height: int


def check_edit_fields(requested: ImageRequestInput, model: Model) -> None:
    """Check the fields of an edit that need no image.

    Raises:
        InvalidInput: Contains one problem per invalid field.
    """
    operation = requested.operation or Operation.TEXT_TO_IMAGE
    if operation not in model.operations:
        able = ", ".join(model.operations)
        raise InvalidInput(
            _problem("operation", f"{operation} is not supported by {model.name}. It can: {able}.")
        )
    problems = tuple(_field_problems(requested, operation))
    if problems:
        raise InvalidInput(*problems)


def plan_edit(
    requested: ImageRequestInput, model: Model, source: EditInput, mask: EditInput | None
) -> EditPlan:
    """Apply the defaults of an edit whose fields `check_edit_fields` accepted.

    Raises:
        InvalidInput: The mask does not fit the source, or the result is too large.
    """
    operation = requested.operation
    defaults = model.edit_defaults
    if operation is Operation.UPSCALE:
        return _upscale(requested, model, source)
    if operation is Operation.IMAGE_TO_IMAGE:
        strength = _or(requested.strength, defaults.image_to_image_strength)
        return EditPlan(
            Edit(source=source, strength=strength), *model.limits.fit(source.width, source.height)
        )
    margins = requested.outpaint
    if margins is not None:
        width = source.width + margins.left + margins.right
        height = source.height + margins.top + margins.bottom
        white = margins_box(width, height, margins)
        strength = _or(requested.strength, defaults.outpaint_strength)
        feather = _or(requested.mask_feather, defaults.outpaint_feather)
    else:
        width, height = source.width, source.height
        white = _check_mask(source, mask)
        strength = _or(requested.strength, defaults.inpaint_strength)
        feather = _or(requested.mask_feather, defaults.inpaint_feather)
    _check_result(width, height, "sourceImageId" if requested.source_image_id else "sourceUploadId")
    edit = Edit(
        source=source,
        mask=mask,
        strength=strength,
        mask_feather=feather,
        outpaint=margins,
        workspace=choose_workspace(width, height, white, feather, model),
    )
    return EditPlan(edit, width, height)


def _field_problems(requested: ImageRequestInput, operation: Operation) -> Iterator[Problem]:
    given = _given_fields(requested)
    for field, operations in _OPERATIONS_OF_FIELD.items():
        if field in given and operation not in operations:
            yield _problem(field, f"must be omitted for {operation}.")
    if operation is Operation.TEXT_TO_IMAGE:
        return
    if given.isdisjoint({"sourceImageId", "sourceUploadId"}):
        yield _problem("sourceImageId", f"or `sourceUploadId` is required for {operation}.")
    elif given.issuperset({"sourceImageId", "sourceUploadId"}):
        yield _problem("sourceUploadId", "must be omitted if `sourceImageId` is given.")
    if operation is Operation.INPAINT and "maskUploadId" not in given:
        yield _problem("maskUploadId", "is required for INPAINT.")
    strength, feather = requested.strength, requested.mask_feather
    if strength is not None and not (math.isfinite(strength) and 0 <= strength <= 1):
        yield _problem("strength", "must be between 0 and 1. 1 ignores the source.")
    if feather is not None and not 0 <= feather <= MAX_FEATHER:
        yield _problem("maskFeather", f"must be an integer between 0 and {MAX_FEATHER}.")
    if operation is Operation.OUTPAINT:
        yield from _margin_problems(requested.outpaint)
    if requested.upscale_factor is not None and requested.upscale_factor not in FACTORS:
        yield _problem("upscaleFactor", "must be 2 or 4.")


def _given_fields(requested: ImageRequestInput) -> set[str]:
    values = {
        "sourceImageId": requested.source_image_id,
        "sourceUploadId": requested.source_upload_id,
        "maskUploadId": requested.mask_upload_id,
        "strength": requested.strength,
        "maskFeather": requested.mask_feather,
        "outpaint": requested.outpaint,
        "upscaleFactor": requested.upscale_factor,
        "width": requested.width,
        "height": requested.height,
    }
    return {field for field, value in values.items() if value is not None}


def _margin_problems(margins: Margins | None) -> Iterator[Problem]:
    if margins is None:
        yield _problem("outpaint", "is required for OUTPAINT.")
        return
    sides = (margins.left, margins.right, margins.top, margins.bottom)
    if not all(0 <= side <= MAX_RESULT_SIDE for side in sides):
        yield _problem("outpaint", f"must have sides between 0 and {MAX_RESULT_SIDE} pixels.")
    elif not any(sides):
        yield _problem("outpaint", "must extend at least one side.")


def _upscale(requested: ImageRequestInput, model: Model, source: EditInput) -> EditPlan:
    factor = requested.upscale_factor or FACTORS[0]
    limit = model.limits.upscale_pixels
    pixels = source.width * source.height
    if limit is not None and pixels > limit:
        field = "sourceImageId" if requested.source_image_id else "sourceUploadId"
        raise InvalidInput(
            _problem(
                field,
                f"must have at most {limit} pixels for UPSCALE with this model, has {pixels} "
                f"({source.width} × {source.height}).",
            )
        )
    width, height = source.width * factor, source.height * factor
    _check_result(width, height, "upscaleFactor")
    return EditPlan(Edit(source=source, strength=1.0, upscale_factor=factor), width, height)


def _check_mask(source: EditInput, mask: EditInput | None) -> Box:
    """Return the box of the mask's white pixels."""
    if mask is None:
        raise InvalidInput(_problem("maskUploadId", "is required for INPAINT."))
    if (mask.width, mask.height) != (source.width, source.height):
        raise InvalidInput(
            _problem(
                "maskUploadId",
                f"must have the size of the source, {source.width} × {source.height} pixels. "
                f"It has {mask.width} × {mask.height}.",
            )
        )
    if mask.white is None:
        raise InvalidInput(
            _problem("maskUploadId", "has no white pixels. White marks what changes.")
        )
    return mask.white


def _check_result(width: int, height: int, field: str) -> None:
    if width * height > MAX_RESULT_PIXELS or max(width, height) > MAX_RESULT_SIDE:
        raise InvalidInput(
            _problem(
                field,
                f"would give an image of {width} × {height} pixels. An edited image has at most "
                f"{MAX_RESULT_PIXELS} pixels, and {MAX_RESULT_SIDE} per side.",
            )
        )


def _or(value: T | None, default: T) -> T:
    return default if value is None else value


def _problem(field: str, rule: str) -> Problem:
    return Problem(ErrorCode.INVALID_INPUT, f"`{field}` {rule}", ("input", field))
