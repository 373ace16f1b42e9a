"""Submits and retries of edits: sources, masks, owners, lineage and idempotency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.catalog_file import read_models
from genai_studio.domain import state_machine
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.editing.edit import Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import ErrorCode, IdempotencyConflict, QuotaExceeded, Refused
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import new_id, new_id_at
from genai_studio.domain.image import mask_key, source_key
from genai_studio.domain.quota import QuotaLimits
from genai_studio.domain.request import ImageRequestInput
from tests.builders import ALICE, BOB, LEASE, a_caller, a_generation, change, submit, succeeded
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

MODEL = replace(read_models()[0], operations=tuple(Operation))
EDITS = [one for one in Operation if one is not Operation.TEXT_TO_IMAGE]
BROKEN = Failure(FailureCode.ENDPOINT_REJECTED, "No.", retryable=False)


def edit_studio(limits: QuotaLimits | None = None) -> FakeStudio:
    return a_studio(catalog=Catalog((MODEL,)), limits=limits)


@pytest.fixture
def fakes() -> FakeStudio:
    return edit_studio()


async def stored_image(fakes: FakeStudio, owner: Owner = ALICE) -> tuple[Generation, str]:
    """Store a generation with one image of 64 × 64. Returns it and the ID of the image."""
    queued = await submit(fakes.records, a_generation(owner))
    done = await change(fakes.records, queued, succeeded)
    return done, f"{done.id}/0"


def upload(fakes: FakeStudio, size: bytes = b"64x64", owner: Owner = ALICE) -> str:
    return fakes.uploads.stored(owner, new_id_at(fakes.clock.now()), size)


async def fields_of(operation: Operation, fakes: FakeStudio) -> dict[str, Any]:
    _, image_id = await stored_image(fakes)
    fields: dict[str, Any] = {"operation": operation, "source_image_id": image_id, "prompt": "fox"}
    if operation is Operation.INPAINT:
        fields["mask_upload_id"] = upload(fakes)
    if operation is Operation.OUTPAINT:
        fields["outpaint"] = Margins(right=64)
    return fields


async def generate(
    fakes: FakeStudio, key: str | None = None, owner: Owner = ALICE, **requested: Any
) -> Generation:
    wanted = ImageRequestInput(**requested)
    return await fakes.studio.submit.generate(a_caller(owner), wanted, key)


async def refusal(fakes: FakeStudio, **requested: Any) -> tuple[ErrorCode, str]:
    with pytest.raises(Refused) as caught:
        await generate(fakes, **requested)
    (problem,) = caught.value.problems
    assert problem.path[0] == "input"
    return problem.code, problem.path[1]


@pytest.mark.parametrize("operation", EDITS)
async def test_an_edit_of_an_image_is_its_child(operation: Operation, fakes: FakeStudio) -> None:
    fields = await fields_of(operation, fakes)
    generation = await generate(fakes, **fields)

    assert await fakes.records.get(ALICE, generation.id) == generation
    request, edit = generation.request, generation.request.edit
    assert edit is not None
    assert request.operation is operation
    assert f"{generation.parent_id}/0" == edit.source.image_id == fields["source_image_id"]
    parent = await fakes.records.get(ALICE, generation.parent_id or "")
    assert parent is not None
    assert edit.source.key == parent.images[0].key
    assert (edit.source.width, edit.source.height) == (64, 64)
    assert (edit.mask is not None) == (operation is Operation.INPAINT)


@pytest.mark.parametrize("operation", EDITS)
async def test_every_operation_counts_toward_the_quota(operation: Operation) -> None:
    fakes = edit_studio(QuotaLimits(user=1))
    fields = await fields_of(operation, fakes)
    # The source itself was stored without a limit, on the same day.
    with pytest.raises(QuotaExceeded):
        await generate(fakes, **fields)


@pytest.mark.parametrize("operation", EDITS)
async def test_every_operation_is_idempotent(operation: Operation, fakes: FakeStudio) -> None:
    fields = await fields_of(operation, fakes)
    first = await generate(fakes, "key", **fields)

    assert await generate(fakes, "key", **fields) == first
    with pytest.raises(IdempotencyConflict):
        await generate(fakes, "key", **(fields | {"prompt": "another"}))


async def test_an_accepted_edit_is_returned_after_its_source_is_gone(fakes: FakeStudio) -> None:
    fields = await fields_of(Operation.INPAINT, fakes)
    first = await generate(fakes, "key", **fields)
    fakes.clock.advance(timedelta(days=2))

    assert await generate(fakes, "key", **fields) == first
    assert (await refusal(fakes, **fields)) == (ErrorCode.NOT_FOUND, "maskUploadId")


async def test_the_given_parent_wins(fakes: FakeStudio) -> None:
    parent, _ = await stored_image(fakes)
    fields = await fields_of(Operation.IMAGE_TO_IMAGE, fakes)

    assert (await generate(fakes, parent_id=parent.id, **fields)).parent_id == parent.id


async def test_an_edit_of_an_upload_has_no_parent(fakes: FakeStudio) -> None:
    source = upload(fakes, b"100x50")
    generation = await generate(
        fakes, prompt="fox", operation=Operation.OUTPAINT, source_upload_id=source,
        outpaint=Margins(top=30),
    )  # fmt: skip

    edit = generation.request.edit
    assert edit is not None
    assert generation.parent_id is None
    assert (edit.source.upload_id, edit.source.image_id) == (source, None)
    assert (generation.request.width, generation.request.height) == (100, 80)


async def test_another_users_images_and_uploads_are_not_found(fakes: FakeStudio) -> None:
    _, bobs_image = await stored_image(fakes, BOB)
    bobs_upload = upload(fakes, owner=BOB)
    _, own = await stored_image(fakes)
    change_all, inpaint = Operation.IMAGE_TO_IMAGE, Operation.INPAINT

    found = [
        await refusal(fakes, prompt="fox", operation=change_all, source_image_id=bobs_image),
        await refusal(fakes, prompt="fox", operation=change_all, source_upload_id=bobs_upload),
        await refusal(
            fakes, prompt="fox", operation=inpaint, source_image_id=own, mask_upload_id=bobs_upload
        ),
    ]

    assert found == [
        (ErrorCode.NOT_FOUND, "sourceImageId"),
        (ErrorCode.NOT_FOUND, "sourceUploadId"),
        (ErrorCode.NOT_FOUND, "maskUploadId"),
    ]
    assert "submit" not in fakes.records.calls[-3:]


@pytest.mark.parametrize(
    "image_id", ["", "x", "{id}", "{id}/", "{id}/1", "{id}/00", "{id}/-1", "{id}/0/0", "{id}/٠"]
)
async def test_an_id_that_names_no_image_is_not_found(image_id: str, fakes: FakeStudio) -> None:
    done, _ = await stored_image(fakes)
    named = image_id.format(id=done.id)
    if not named:
        return  # an empty ID is an omitted field

    assert await refusal(
        fakes, prompt="fox", operation=Operation.UPSCALE, source_image_id=named
    ) == (ErrorCode.NOT_FOUND, "sourceImageId")


async def test_the_image_of_a_purged_generation_is_not_found(fakes: FakeStudio) -> None:
    done, image_id = await stored_image(fakes)
    trashed = await change(
        fakes.records, done, lambda one: state_machine.trash(one, fakes.clock.now())
    )
    fields: dict[str, Any] = {"prompt": "fox", "operation": Operation.UPSCALE}
    await generate(fakes, source_image_id=image_id, **fields)  # the trash can be restored
    await fakes.records.purge(trashed)

    assert await refusal(fakes, source_image_id=image_id, **fields) == (
        ErrorCode.NOT_FOUND,
        "sourceImageId",
    )


async def test_an_upload_that_was_never_made_is_not_found(fakes: FakeStudio) -> None:
    for upload_id in ("x", new_id()):
        assert await refusal(
            fakes, prompt="fox", operation=Operation.UPSCALE, source_upload_id=upload_id
        ) == (ErrorCode.NOT_FOUND, "sourceUploadId")


async def test_an_upscale_without_a_prompt_uses_that_of_its_source(fakes: FakeStudio) -> None:
    _, image_id = await stored_image(fakes)
    fields: dict[str, Any] = {"operation": Operation.UPSCALE, "prompt": ""}

    generation = await generate(fakes, source_image_id=image_id, **fields)
    assert generation.request.prompt == "a red apple"
    generation = await generate(fakes, source_upload_id=upload(fakes), **fields)
    assert generation.request.prompt == ""


async def test_a_text_request_with_a_source_is_refused(fakes: FakeStudio) -> None:
    _, image_id = await stored_image(fakes)

    assert await refusal(fakes, prompt="fox", source_image_id=image_id) == (
        ErrorCode.INVALID_INPUT,
        "sourceImageId",
    )


@pytest.mark.parametrize("operation", EDITS)
async def test_a_retry_repeats_the_edit(operation: Operation, fakes: FakeStudio) -> None:
    original = await generate(fakes, **(await fields_of(operation, fakes)))
    failed = await fail(fakes, original)

    retried = await fakes.studio.submit.retry(a_caller(), failed.id, "retry")

    assert retried.parent_id == failed.id
    kept = retried.request.edit
    assert kept is not None
    assert kept.source.kept_key == source_key(ALICE, failed.id)
    if kept.mask is not None:
        assert kept.mask.kept_key == mask_key(ALICE, failed.id)
    assert without_copies(retried) == without_copies(failed)
    assert await fakes.studio.submit.retry(a_caller(), failed.id, "retry") == retried


async def test_a_retry_does_not_need_the_upload(fakes: FakeStudio) -> None:
    fields = await fields_of(Operation.INPAINT, fakes)
    failed = await fail(fakes, await generate(fakes, **fields))
    fakes.clock.advance(timedelta(days=2))
    fakes.images.objects.clear()

    retried = await fakes.studio.submit.retry(a_caller(), failed.id, None)

    assert without_copies(retried) == without_copies(failed)


async def test_the_retry_of_a_generation_that_never_ran_uses_its_sources(
    fakes: FakeStudio,
) -> None:
    original = await generate(fakes, **(await fields_of(Operation.INPAINT, fakes)))
    await fakes.studio.cancel.cancel(a_caller(), original.id)

    retried = await fakes.studio.submit.retry(a_caller(), original.id, None)

    assert retried.request == original.request


async def fail(fakes: FakeStudio, generation: Generation) -> Generation:
    now = fakes.clock.now()
    running = await change(
        fakes.records, generation, lambda one: state_machine.claim(one, now, LEASE)
    )
    return await change(
        fakes.records,
        running,
        lambda one: state_machine.attempt_failed(one, one.fence, now, BROKEN),
    )


def without_copies(generation: Generation) -> object:
    edit = generation.request.edit
    assert edit is not None
    edit = replace(
        edit,
        source=replace(edit.source, kept_key=None),
        mask=edit.mask and replace(edit.mask, kept_key=None),
    )
    return replace(generation.request, edit=edit)
