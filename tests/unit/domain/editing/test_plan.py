"""The fields of an edit: which operation takes which, their limits, and the size of the result."""

from __future__ import annotations

from typing import Any

import pytest

from genai_studio.domain.catalog import EditDefaults
from genai_studio.domain.editing.edit import Box, EditInput, Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.plan import (
    MAX_FEATHER,
    MAX_RESULT_PIXELS,
    EditPlan,
    check_edit_fields,
    plan_edit,
)
from genai_studio.domain.errors import ErrorCode, InvalidInput
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import check_references, validate
from tests.unit.domain.models import a_model

MODEL = a_model(operations=tuple(Operation))
SOURCE = EditInput(key="a/source.png", image_id="a/0", width=200, height=100)
WHITE = Box(left=10, top=10, right=20, bottom=20)
MASK = EditInput(key="a/mask.png", upload_id="m", width=200, height=100, white=WHITE)

VALID: dict[Operation, dict[str, Any]] = {
    Operation.TEXT_TO_IMAGE: {},
    Operation.IMAGE_TO_IMAGE: {"source_image_id": "a/0"},
    Operation.INPAINT: {"source_image_id": "a/0", "mask_upload_id": "m"},
    Operation.OUTPAINT: {"source_image_id": "a/0", "outpaint": Margins(left=8)},
    Operation.UPSCALE: {"source_upload_id": "u", "upscale_factor": 4},
}
FIELDS: dict[str, Any] = {
    "source_image_id": "a/0",
    "mask_upload_id": "m",
    "strength": 0.5,
    "mask_feather": 3,
    "outpaint": Margins(left=8),
    "upscale_factor": 2,
    "width": 128,
    "height": 128,
}
TAKEN: dict[Operation, set[str]] = {
    Operation.TEXT_TO_IMAGE: {"width", "height"},
    Operation.IMAGE_TO_IMAGE: {"source_image_id", "strength", "width", "height"},
    Operation.INPAINT: {"source_image_id", "mask_upload_id", "strength", "mask_feather"},
    Operation.OUTPAINT: {"source_image_id", "strength", "mask_feather", "outpaint"},
    Operation.UPSCALE: {"source_image_id", "upscale_factor"},
}


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def wanted(operation: Operation, **fields: Any) -> ImageRequestInput:
    given = {"prompt": "a fox"} | VALID[operation] | fields
    return ImageRequestInput(operation=operation, **given)


def plan(operation: Operation, mask: EditInput | None = None, **fields: Any) -> EditPlan:
    requested = wanted(operation, **fields)
    check_edit_fields(requested, MODEL)
    inpaint = operation is Operation.INPAINT
    return plan_edit(requested, MODEL, SOURCE, (mask or MASK) if inpaint else None)


def accepted(operation: Operation, **fields: Any) -> ImageRequest:
    requested = wanted(operation, **fields)
    return validate(requested, MODEL, 7, plan(operation, **fields))


def refused(operation: Operation, mask: EditInput | None = None, **fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        plan(operation, mask, **fields)
    problems = caught.value.problems
    assert all(one.code is ErrorCode.INVALID_INPUT for one in problems)
    return {one.path[1]: one.message for one in problems}


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("field", FIELDS)
def test_each_operation_takes_its_own_fields_only(operation: Operation, field: str) -> None:
    others: dict[str, Any] = {"source_upload_id": None} if field == "source_image_id" else {}
    requested = wanted(operation, **(others | {field: FIELDS[field]}))

    if field in TAKEN[operation]:
        check_edit_fields(requested, MODEL)
        return
    with pytest.raises(InvalidInput) as caught:
        check_edit_fields(requested, MODEL)
    (problem,) = caught.value.problems
    assert problem.path == ("input", camel(field))
    assert problem.message == f"`{camel(field)}` must be omitted for {operation}."


@pytest.mark.parametrize(
    "operation", [each for each in Operation if each is not Operation.TEXT_TO_IMAGE]
)
def test_an_edit_needs_exactly_one_source(operation: Operation) -> None:
    none: dict[str, Any] = {"source_image_id": None, "source_upload_id": None}
    assert set(refused(operation, **none)) == {"sourceImageId"}
    both: dict[str, Any] = {"source_image_id": "a/0", "source_upload_id": "u"}
    assert set(refused(operation, **both)) == {"sourceUploadId"}


def test_the_model_must_support_the_operation() -> None:
    model = a_model(operations=(Operation.TEXT_TO_IMAGE, Operation.UPSCALE))
    with pytest.raises(InvalidInput) as caught:
        check_edit_fields(wanted(Operation.INPAINT), model)

    (problem,) = caught.value.problems
    assert problem.path == ("input", "operation")
    assert "It can: TEXT_TO_IMAGE, UPSCALE." in problem.message
    check_edit_fields(wanted(Operation.TEXT_TO_IMAGE), model)


def test_a_model_cannot_edit_unless_its_entry_says_so() -> None:
    with pytest.raises(InvalidInput):
        check_edit_fields(wanted(Operation.IMAGE_TO_IMAGE), a_model())


@pytest.mark.parametrize("strength", [-0.01, 1.01, float("nan"), float("inf")])
def test_the_strength_is_between_zero_and_one(strength: float) -> None:
    assert set(refused(Operation.IMAGE_TO_IMAGE, strength=strength)) == {"strength"}


@pytest.mark.parametrize("feather", [-1, MAX_FEATHER + 1])
def test_the_feather_has_limits(feather: int) -> None:
    assert set(refused(Operation.INPAINT, mask_feather=feather)) == {"maskFeather"}


@pytest.mark.parametrize(
    "margins", [None, Margins(), Margins(left=-1, right=8), Margins(bottom=2_000_000_000)]
)
def test_outpainting_needs_margins(margins: Margins | None) -> None:
    assert set(refused(Operation.OUTPAINT, outpaint=margins)) == {"outpaint"}


@pytest.mark.parametrize("factor", [0, 1, 3, 8, -2])
def test_the_upscale_factor_is_two_or_four(factor: int) -> None:
    assert set(refused(Operation.UPSCALE, upscale_factor=factor)) == {"upscaleFactor"}


def test_every_invalid_field_is_reported_at_once() -> None:
    fields: dict[str, Any] = {"mask_upload_id": None, "strength": 2.0, "mask_feather": 99}
    assert set(refused(Operation.INPAINT, **fields)) == {"maskUploadId", "strength", "maskFeather"}


def test_inpainting_needs_a_mask_of_the_size_of_the_source_with_white_pixels() -> None:
    small = EditInput(key="m", upload_id="m", width=100, height=100, white=WHITE)
    message = refused(Operation.INPAINT, small)["maskUploadId"]
    assert "200 × 100" in message
    assert "100 × 100" in message
    black = EditInput(key="m", upload_id="m", width=200, height=100)
    assert "white" in refused(Operation.INPAINT, black)["maskUploadId"]


def test_the_size_of_the_result_follows_from_the_source() -> None:
    def size(operation: Operation, **fields: Any) -> tuple[int, int]:
        request = accepted(operation, **fields)
        return request.width, request.height

    assert size(Operation.INPAINT) == (200, 100)
    sides = Margins(left=1, right=2, top=3, bottom=4)
    assert size(Operation.OUTPAINT, outpaint=sides) == (203, 107)
    assert size(Operation.UPSCALE) == (800, 400)
    assert size(Operation.UPSCALE, upscale_factor=None) == (400, 200)
    assert size(Operation.IMAGE_TO_IMAGE) == (200, 96)  # a multiple of 8
    assert size(Operation.IMAGE_TO_IMAGE, width=128) == (128, 96)


def test_the_result_has_a_maximum_size() -> None:
    huge = EditInput(key="s", image_id="a/0", width=4000, height=3000)
    with pytest.raises(InvalidInput) as caught:
        plan_edit(wanted(Operation.UPSCALE), MODEL, huge, None)
    assert caught.value.problems[0].path == ("input", "upscaleFactor")
    assert str(MAX_RESULT_PIXELS) in caught.value.problems[0].message
    wide = Margins(right=10_000)
    with pytest.raises(InvalidInput):
        plan_edit(wanted(Operation.OUTPAINT, outpaint=wide), MODEL, huge, None)


def test_a_model_may_limit_the_source_of_an_upscale() -> None:
    model = a_model(operations=tuple(Operation))
    limits = type(model.limits)(
        **{name: getattr(model.limits, name) for name in model.limits.__slots__}
        | {"upscale_pixels": 19_999}
    )
    limited = a_model(operations=tuple(Operation), limits=limits)
    with pytest.raises(InvalidInput) as caught:
        plan_edit(wanted(Operation.UPSCALE), limited, SOURCE, None)
    assert caught.value.problems[0].path == ("input", "sourceUploadId")


def test_defaults_depend_on_the_operation() -> None:
    defaults = EditDefaults()

    edit = plan(Operation.IMAGE_TO_IMAGE).edit
    assert (edit.strength, edit.mask_feather) == (defaults.image_to_image_strength, 0)
    edit = plan(Operation.INPAINT).edit
    assert (edit.strength, edit.mask_feather) == (
        defaults.inpaint_strength,
        defaults.inpaint_feather,
    )
    edit = plan(Operation.OUTPAINT).edit
    assert (edit.strength, edit.mask_feather) == (
        defaults.outpaint_strength,
        defaults.outpaint_feather,
    )
    edit = plan(Operation.INPAINT, strength=0.0, mask_feather=0).edit
    assert (edit.strength, edit.mask_feather) == (0.0, 0)


def test_only_masked_edits_have_a_workspace() -> None:
    masked = {one for one in VALID if one.masked}
    edits = set(Operation) - {Operation.TEXT_TO_IMAGE}
    assert {one for one in edits if plan(one).edit.workspace is not None} == masked


def test_only_an_upscale_needs_no_prompt() -> None:
    assert accepted(Operation.UPSCALE, prompt="").prompt == ""
    for operation in set(VALID) - {Operation.UPSCALE, Operation.TEXT_TO_IMAGE}:
        with pytest.raises(InvalidInput) as caught:
            accepted(operation, prompt=" ")
        assert caught.value.problems[0].path == ("input", "prompt")


def test_an_upscale_gives_one_image() -> None:
    assert accepted(Operation.UPSCALE).count == 1
    with pytest.raises(InvalidInput) as caught:
        accepted(Operation.UPSCALE, count=2)
    assert caught.value.problems[0].path == ("input", "count")


@pytest.mark.parametrize("field", ["source_image_id", "source_upload_id", "mask_upload_id"])
def test_the_ids_have_a_maximum_length(field: str) -> None:
    fields: dict[str, Any] = {field: "x" * 129}
    with pytest.raises(InvalidInput) as caught:
        check_references(ImageRequestInput(prompt="a fox", **fields))
    assert caught.value.problems[0].path == ("input", camel(field))
