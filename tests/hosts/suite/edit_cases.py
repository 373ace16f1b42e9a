"""Cases for edits: two users, every operation, and what each of them may not use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from genai_studio.domain import state_machine
from genai_studio.domain.editing.edit import Box, EditInput, Workspace
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.ids import new_id_at
from genai_studio.domain.image import inputs_prefix
from tests.builders import ALICE, BOB, NOON, a_generation, a_request, an_edit, change, submit
from tests.builders import succeeded as finish
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.fakes.studio import FakeStudio
from tests.hosts.suite.cases import IDS, LINKS_EXPIRE, Case, Step, operation, page, queued

HERS = "019e0000-0000-7000-8000-0000000000a1"
HIS = "019e0000-0000-7000-8000-0000000000b1"
SIZE = b"256x256"

UPLOADS = {
    owner: new_id_at(NOON + timedelta(milliseconds=place))
    for place, owner in enumerate((ALICE, BOB))
}

EDIT = """mutation Edit($input: GenerateImageInput!) {
  generateImage(input: $input) {
    generation { owner parentId status prompt width height count operation sourceImageId
      sourceUploadId maskUploadId strength maskFeather outpaint { left right top bottom }
      upscaleFactor sourceUrl maskUrl }
    userErrors { code message path }
  }
}"""


async def arrange_sources(fakes: FakeStudio) -> None:
    """Give each user one image of 256 × 256 pixels and one upload of that size."""
    for owner, id_ in ((ALICE, HERS), (BOB, HIS)):
        request = a_request("a house", width=256, height=256)
        stored = await submit(fakes.records, a_generation(owner, id=id_, request=request))
        await change(fakes.records, stored, finish)
        fakes.uploads.stored(owner, UPLOADS[owner], SIZE)


def edited(token: str, fields: dict[str, Any], **expected: Any) -> Step:
    """Return a step that is accepted."""
    mine = HERS if token == ALICES_TOKEN else HIS
    owner = ALICE if token == ALICES_TOKEN else BOB
    generation = {
        "owner": owner,
        "parentId": mine if "sourceImageId" in fields else None,
        "status": "QUEUED",
        "prompt": fields.get("prompt", "a fox"),
        "width": 256,
        "height": 256,
        "count": 1,
        "operation": fields["operation"],
        "sourceImageId": fields.get("sourceImageId"),
        "sourceUploadId": fields.get("sourceUploadId"),
        "maskUploadId": fields.get("maskUploadId"),
        "strength": None,
        "maskFeather": None,
        "outpaint": None,
        "upscaleFactor": None,
        "sourceUrl": None,
        "maskUrl": None,
    }
    assert expected.keys() <= generation.keys()
    answer = {"generation": generation | expected, "userErrors": []}
    variables = {"input": {"prompt": "a fox"} | fields}
    return Step(EDIT, {"data": {"generateImage": answer}}, variables, token)


def refused(token: str, fields: dict[str, Any], code: str, message: str, field: str) -> Step:
    """Return a step that is refused with one error."""
    error = {"code": code, "message": message, "path": ["input", field]}
    answer = {"generation": None, "userErrors": [error]}
    variables = {"input": {"prompt": "a fox"} | fields}
    return Step(EDIT, {"data": {"generateImage": answer}}, variables, token)


def every_operation(token: str, image: str, upload: str) -> tuple[Step, ...]:
    return (
        edited(
            token,
            {"operation": "IMAGE_TO_IMAGE", "sourceImageId": image},
            strength=0.75,
        ),
        edited(
            token,
            {"operation": "IMAGE_TO_IMAGE", "sourceUploadId": upload, "strength": 0, "count": 2},
            strength=0.0,
            count=2,
        ),
        edited(
            token,
            {"operation": "INPAINT", "sourceImageId": image, "maskUploadId": upload},
            strength=0.85,
            maskFeather=4,
        ),
        edited(
            token,
            {"operation": "OUTPAINT", "sourceUploadId": upload, "outpaint": {"right": 100}},
            width=356,
            strength=1.0,
            maskFeather=16,
            outpaint={"left": 0, "right": 100, "top": 0, "bottom": 0},
        ),
        edited(
            token,
            {"operation": "UPSCALE", "sourceImageId": image, "upscaleFactor": 4, "prompt": ""},
            prompt="a house",
            width=1024,
            height=1024,
            upscaleFactor=4,
        ),
    )


def not_found(token: str, image: str, upload: str, own: str) -> tuple[Step, ...]:
    """Return one refusal for each field that can name the data of another user."""
    no_upload = "Upload not found. Send the file to the URL from `createUpload` first."
    mask = {"operation": "INPAINT", "sourceImageId": own, "maskUploadId": upload}
    return (
        refused(
            token,
            {"operation": "UPSCALE", "sourceImageId": image},
            "NOT_FOUND",
            "Image not found.",
            "sourceImageId",
        ),
        refused(
            token,
            {"operation": "UPSCALE", "sourceUploadId": upload},
            "NOT_FOUND",
            no_upload,
            "sourceUploadId",
        ),
        refused(token, mask, "NOT_FOUND", no_upload, "maskUploadId"),
    )


async def arrange_kept_edit(fakes: FakeStudio) -> None:
    """Store a failed INPAINT of Alice, whose source and mask are kept, and a text request."""
    box = Box(left=0, top=0, right=64, bottom=64)
    mask = EditInput(key="m", upload_id=UPLOADS[ALICE], width=64, height=64, white=box)
    edit = an_edit(mask=mask, mask_feather=4, workspace=Workspace(region=box, width=64, height=64))
    edit = replace(edit, source=replace(edit.source, image_id=f"{HERS}/0"))
    request = a_request(operation=Operation.INPAINT, edit=edit)
    stored = await submit(fakes.records, a_generation(id=IDS[1], request=request))
    later = NOON + timedelta(seconds=2, milliseconds=30)
    running = await change(
        fakes.records, stored, lambda it: state_machine.claim(it, later, timedelta(minutes=1))
    )
    failure = Failure(FailureCode.CONTENT_FILTERED, "The filter refused it.", retryable=False)
    await change(
        fakes.records,
        running,
        lambda it: state_machine.attempt_failed(it, it.fence, later, failure),
    )
    await submit(fakes.records, a_generation(id=IDS[0]))


def kept(name: str) -> str:
    prefix = inputs_prefix(ALICE, IDS[1])
    return f"/images/{prefix}{name}.png?expires={LINKS_EXPIRE}&signature=fake"


KEPT = queued(
    id=IDS[1],
    status="FAILED",
    version=3,
    operation="INPAINT",
    sourceImageId=f"{HERS}/0",
    maskUploadId=UPLOADS[ALICE],
    strength=0.5,
    maskFeather=4,
    sourceUrl=kept("source"),
    maskUrl=kept("mask"),
    failure={
        "code": "CONTENT_FILTERED",
        "message": "The filter refused it.",
        "retryable": False,
    },
    startedAt="2026-05-04T12:00:02.030Z",
    finishedAt="2026-05-04T12:00:02.030Z",
)
TEXT = queued(id=IDS[0], queuePosition=1)

HISTORY = operation("generations")

CASES = [
    Case(
        "two users edit their own images and uploads",
        (
            *every_operation(ALICES_TOKEN, f"{HERS}/0", UPLOADS[ALICE]),
            *every_operation(BOBS_TOKEN, f"{HIS}/0", UPLOADS[BOB]),
        ),
        arrange_sources,
    ),
    Case(
        "images, uploads and masks of another user",
        (
            *not_found(ALICES_TOKEN, f"{HIS}/0", UPLOADS[BOB], f"{HERS}/0"),
            *not_found(BOBS_TOKEN, f"{HERS}/0", UPLOADS[ALICE], f"{HIS}/0"),
        ),
        arrange_sources,
    ),
    Case(
        "edits with invalid fields",
        (
            refused(
                ALICES_TOKEN,
                {"operation": "INPAINT", "sourceImageId": f"{HERS}/0"},
                "INVALID_INPUT",
                "`maskUploadId` is required for INPAINT.",
                "maskUploadId",
            ),
            refused(
                ALICES_TOKEN,
                {"operation": "UPSCALE", "sourceImageId": f"{HERS}/0", "upscaleFactor": 3},
                "INVALID_INPUT",
                "`upscaleFactor` must be 2 or 4.",
                "upscaleFactor",
            ),
            refused(
                ALICES_TOKEN,
                {"sourceImageId": f"{HERS}/0"},
                "INVALID_INPUT",
                "`sourceImageId` must be omitted for TEXT_TO_IMAGE.",
                "sourceImageId",
            ),
        ),
        arrange_sources,
    ),
    Case(
        "an edit with kept inputs, and the filter by operation",
        (
            Step(HISTORY, page(KEPT, more=False), {"filter": {"operations": ["INPAINT"]}}),
            Step(
                HISTORY,
                page(TEXT, more=False),
                {"filter": {"operations": ["TEXT_TO_IMAGE", "UPSCALE"]}},
            ),
            Step(HISTORY, page(KEPT, TEXT, more=False), {"filter": {"operations": []}}),
        ),
        arrange_kept_edit,
    ),
]
