"""The contract of `ports.UploadStore`: a signed request stores the declared file only."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from genai_studio.domain.editing.upload import (
    SUFFIXES,
    NewUpload,
    new_upload,
    original_key,
    upload_objects,
)
from genai_studio.domain.errors import ImageMissing
from genai_studio.domain.ids import new_id
from genai_studio.ports import UploadTarget
from tests.builders import ALICE, BOB
from tests.contract.uploads.adapters import Uploading

pytestmark = pytest.mark.anyio

FILE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9_000


def declared(data: bytes = FILE, content_type: str = "image/png") -> NewUpload:
    return new_upload(new_id(), content_type, len(data), hashlib.sha256(data).hexdigest())


async def assert_missing(uploading: Uploading, upload: NewUpload) -> None:
    assert list(await uploading.uploads.keys(ALICE, upload.id)) == []
    with pytest.raises(ImageMissing):
        await uploading.images.get(original_key(ALICE, upload))


@pytest.mark.parametrize("content_type", SUFFIXES)
async def test_a_sent_file_is_stored(uploading: Uploading, content_type: str) -> None:
    upload = declared(content_type=content_type)

    answer = await uploading.send(uploading.uploads.target(ALICE, upload), FILE)

    assert answer.status_code == 204
    keys = await uploading.uploads.keys(ALICE, upload.id)
    assert list(keys) == [original_key(ALICE, upload)]
    original = upload_objects(keys).original
    assert original is not None
    assert (original.content_type, original.sha256) == (content_type, upload.sha256)
    assert await uploading.images.get(original.key) == FILE


async def test_a_file_of_one_byte_is_stored(uploading: Uploading) -> None:
    upload = declared(b"x")

    await uploading.send(uploading.uploads.target(ALICE, upload), b"x")

    assert await uploading.images.get(original_key(ALICE, upload)) == b"x"


async def test_a_file_can_be_sent_again(uploading: Uploading) -> None:
    upload = declared()
    target = uploading.uploads.target(ALICE, upload)

    assert [(await uploading.send(target, FILE)).status_code for _ in range(2)] == [204, 204]

    assert await uploading.images.get(original_key(ALICE, upload)) == FILE


async def test_decoded_images_are_listed_beside_the_file(uploading: Uploading) -> None:
    upload = declared()
    await uploading.send(uploading.uploads.target(ALICE, upload), FILE)
    keys = [
        original_key(ALICE, upload).rpartition("/")[0] + name
        for name in ("/source.640x480.c2pa.png", "/mask.640x480.1-2-33-44.png")
    ]
    for key in keys:
        await uploading.images.put(key, b"decoded", "image/png")

    assert set(await uploading.uploads.keys(ALICE, upload.id)) == {
        original_key(ALICE, upload),
        *keys,
    }


async def test_only_the_owner_and_the_id_find_an_upload(uploading: Uploading) -> None:
    upload = declared()
    await uploading.send(uploading.uploads.target(ALICE, upload), FILE)

    assert list(await uploading.uploads.keys(BOB, upload.id)) == []
    assert list(await uploading.uploads.keys(ALICE, new_id())) == []


@pytest.mark.parametrize("sent", [FILE[:-1], FILE + b"x", b""], ids=["shorter", "longer", "empty"])
async def test_a_file_of_another_size_is_refused(uploading: Uploading, sent: bytes) -> None:
    upload = declared()

    answer = await uploading.send(uploading.uploads.target(ALICE, upload), sent)

    assert answer.status_code in (400, 413)
    await assert_missing(uploading, upload)


async def test_a_request_without_its_type_is_refused(uploading: Uploading) -> None:
    upload = declared()
    target = uploading.uploads.target(ALICE, upload)
    changed = replace(
        target,
        headers=dict.fromkeys(target.headers, "image/webp"),
        fields={
            name: "image/webp" if name == "Content-Type" else value
            for name, value in target.fields.items()
        },
    )

    answer = await uploading.send(changed, FILE)

    assert answer.status_code in (403, 415)
    await assert_missing(uploading, upload)


async def test_a_target_works_for_its_own_upload_only(uploading: Uploading) -> None:
    upload, other = declared(), declared()
    target = uploading.uploads.target(ALICE, upload)
    moved = UploadTarget(
        target.url.replace(upload.id, other.id),
        target.method,
        target.headers,
        {name: value.replace(upload.id, other.id) for name, value in target.fields.items()},
    )

    answer = await uploading.send(moved, FILE)

    assert answer.status_code == 403
    await assert_missing(uploading, other)


async def test_a_modified_signature_is_refused(uploading: Uploading) -> None:
    upload = declared()
    target = uploading.uploads.target(ALICE, upload)
    modified = replace(
        target,
        url=target.url if target.fields else target.url[:-2],
        fields={
            name: value[:-2] + "00" if name.lower() == "x-amz-signature" else value
            for name, value in target.fields.items()
        },
    )

    answer = await uploading.send(modified, FILE)

    assert answer.status_code == 403
    await assert_missing(uploading, upload)
