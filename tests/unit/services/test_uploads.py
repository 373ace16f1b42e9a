"""Uploads: declared, sent, decoded once, and reachable by their owner only."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.domain.editing.edit import Box, EditInput
from genai_studio.domain.editing.upload import (
    DAILY_UPLOAD_BYTES,
    MAX_UPLOAD_BYTES,
    MIN_COUNTED_BYTES,
    UPLOAD_LIFETIME,
    UploadPurpose,
    upload_prefix,
)
from genai_studio.domain.errors import ErrorCode, InvalidInput, InvalidUpload, Refused
from genai_studio.domain.ids import new_id, new_id_at
from genai_studio.domain.quota import quota_day
from genai_studio.ports import DecodedFile, UploadDecoder
from genai_studio.services.uploads import CreatedUpload, Uploads
from tests.builders import ALICE, BOB, ManualClock, a_caller
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords
from tests.fakes.uploads import FakeUploads

pytestmark = pytest.mark.anyio

FILE = b"a photo"
SHA256 = hashlib.sha256(FILE).hexdigest()
SOURCE, MASK = UploadPurpose.SOURCE, UploadPurpose.MASK
PATHS = {SOURCE: ("input", "sourceUploadId"), MASK: ("input", "maskUploadId")}


class World:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.images = FakeImages(self.clock)
        self.store = FakeUploads(self.images)
        self.decoded: list[tuple[bytes, str, UploadPurpose]] = []
        self.decoding = self.most_decoding = 0
        self.facts: dict[str, Any] = {}
        self.records = FakeRecords()
        self.service = self.service_with(self.decode)

    def service_with(self, decode: UploadDecoder) -> Uploads:
        return Uploads(self.store, self.images, self.records, self.clock, decode)

    def decode(self, data: bytes, content_type: str, purpose: UploadPurpose) -> DecodedFile:
        self.decoding += 1
        self.most_decoding = max(self.most_decoding, self.decoding)
        self.decoded.append((data, content_type, purpose))
        threading.Event().wait(0.01)  # lets another thread overtake
        self.decoding -= 1
        return DecodedFile(f"{purpose} of {data!r}".encode(), 30, 20, **self.facts)

    async def create(self) -> CreatedUpload:
        return await self.service.create(a_caller(), "image/jpeg", len(FILE), SHA256)

    async def sent(self, data: bytes = FILE) -> str:
        created = await self.create()
        self.store.receive(ALICE, created.id, data)
        return created.id


@pytest.fixture
def world() -> World:
    return World()


async def refusal(world: World, upload_id: str, purpose: UploadPurpose = SOURCE) -> Refused:
    with pytest.raises(Refused) as caught:
        await world.service.image(a_caller(), upload_id, purpose)
    assert caught.value.problems[0].path == PATHS[purpose]
    return caught.value


async def test_an_upload_says_where_to_send_the_file_and_how_long_it_lasts(world: World) -> None:
    created = await world.create()

    assert created.target == world.store.target(ALICE, world.store.created[created.id])
    assert created.expires_at == world.clock.now() + UPLOAD_LIFETIME


@pytest.mark.parametrize("purpose", UploadPurpose)
async def test_an_upload_becomes_an_input_of_an_edit(world: World, purpose: UploadPurpose) -> None:
    upload_id = await world.sent()

    found = await world.service.image(a_caller(), upload_id, purpose)

    key = f"{upload_prefix(ALICE, upload_id)}{purpose}.30x20.png"
    assert found == EditInput(key=key, upload_id=upload_id, width=30, height=20)
    assert world.images.objects[key] == f"{purpose} of {FILE!r}".encode()
    assert world.decoded == [(FILE, "image/jpeg", purpose)]


async def test_a_file_is_decoded_once_per_purpose(world: World) -> None:
    upload_id = await world.sent()

    first = [await world.service.image(a_caller(), upload_id, use) for use in (SOURCE, MASK)]
    again = [await world.service.image(a_caller(), upload_id, use) for use in (SOURCE, MASK)]

    assert again == first
    assert len(world.decoded) == 2


async def test_one_file_is_decoded_at_a_time(world: World) -> None:
    ids = [await world.sent() for _ in range(5)]

    found = await asyncio.gather(
        *(world.service.image(a_caller(), upload_id, SOURCE) for upload_id in ids + ids)
    )

    assert [one.upload_id for one in found] == ids + ids
    assert world.most_decoding == 1


@pytest.mark.parametrize("white", [None, Box(left=1, top=2, right=30, bottom=20)])
async def test_a_mask_has_the_box_of_its_white_pixels(world: World, white: Box | None) -> None:
    upload_id = await world.sent()
    world.facts = {"white": white}

    first = await world.service.image(a_caller(), upload_id, MASK)
    again = await world.service.image(a_caller(), upload_id, MASK)

    assert first.white == white
    assert again == first


async def test_the_original_is_named_if_it_has_content_credentials(world: World) -> None:
    upload_id = await world.sent()
    world.facts = {"has_credentials": True}

    first = await world.service.image(a_caller(), upload_id, SOURCE)
    again = await world.service.image(a_caller(), upload_id, SOURCE)

    assert first.original_key is not None
    assert world.images.objects[first.original_key] == FILE
    assert again == first


@pytest.mark.parametrize("purpose", UploadPurpose)
@pytest.mark.parametrize(
    "upload_id", ["", "x", "../../x", pytest.param(new_id_at(ManualClock().now()), id="unused")]
)
async def test_an_unknown_upload_is_not_found(
    world: World, upload_id: str, purpose: UploadPurpose
) -> None:
    refused = await refusal(world, upload_id, purpose)

    assert refused.problems[0].code is ErrorCode.NOT_FOUND


async def test_an_id_with_an_impossible_time_is_not_found(world: World) -> None:
    refused = await refusal(world, "ffffffff" + new_id()[8:])

    assert refused.problems[0].code is ErrorCode.NOT_FOUND


async def test_an_upload_of_another_user_is_not_found(world: World) -> None:
    upload_id = await world.sent()
    await world.service.image(a_caller(), upload_id, SOURCE)

    with pytest.raises(Refused) as caught:
        await world.service.image(a_caller(BOB), upload_id, SOURCE)

    assert caught.value.problems == (await refusal(world, (await world.create()).id)).problems


async def test_an_upload_can_be_used_until_it_expires(world: World) -> None:
    upload_id = await world.sent()

    world.clock.advance(UPLOAD_LIFETIME - timedelta(milliseconds=1))
    await world.service.image(a_caller(), upload_id, SOURCE)
    world.clock.advance(timedelta(milliseconds=1))
    refused = await refusal(world, upload_id)

    assert refused.problems[0].code is ErrorCode.NOT_FOUND
    assert "expired" in str(refused)


async def test_a_file_with_another_digest_is_refused(world: World) -> None:
    upload_id = await world.sent(b"another photo")

    refused = await refusal(world, upload_id)

    assert refused.problems[0].code is ErrorCode.INVALID_UPLOAD
    assert "`sha256`" in str(refused)
    assert world.decoded == []


async def test_a_file_that_cannot_be_decoded_is_refused(world: World) -> None:
    def decode(*_: object) -> DecodedFile:
        raise InvalidUpload("It is truncated.")

    upload_id = await world.sent()
    world.service = world.service_with(decode)

    refused = await refusal(world, upload_id, MASK)

    assert refused.problems[0].code is ErrorCode.INVALID_UPLOAD
    assert refused.problems[0].message == "It is truncated."


@pytest.mark.parametrize(
    ("content_type", "size", "sha256", "wrong"),
    [
        ("image/gif", 1, SHA256, ["contentType"]),
        ("IMAGE/PNG", 1, SHA256, ["contentType"]),
        ("image/png", 0, SHA256, ["bytes"]),
        ("image/png", -1, SHA256, ["bytes"]),
        ("image/png", MAX_UPLOAD_BYTES + 1, SHA256, ["bytes"]),
        ("image/png", 1, SHA256[1:], ["sha256"]),
        ("image/png", 1, SHA256 + "\n", ["sha256"]),
        ("", 2**40, "../" * 22, ["contentType", "bytes", "sha256"]),
    ],
)
async def test_each_invalid_field_is_named(
    world: World, content_type: str, size: int, sha256: str, wrong: list[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await world.service.create(a_caller(), content_type, size, sha256)

    assert [problem.path for problem in caught.value.problems] == [("input", f) for f in wrong]


async def test_the_digest_may_have_capitals(world: World) -> None:
    created = await world.service.create(a_caller(), "image/png", MAX_UPLOAD_BYTES, SHA256.upper())

    assert world.store.created[created.id].sha256 == SHA256


async def fill(world: World, left: int) -> None:
    day = quota_day(world.clock.now())
    assert await world.records.count_upload(
        ALICE, day, DAILY_UPLOAD_BYTES - left, DAILY_UPLOAD_BYTES
    )


async def test_files_count_against_a_daily_limit(world: World) -> None:
    await fill(world, left=MAX_UPLOAD_BYTES + MIN_COUNTED_BYTES)
    await world.service.create(a_caller(), "image/png", MAX_UPLOAD_BYTES, SHA256)
    await world.service.create(a_caller(), "image/png", 1, SHA256)

    with pytest.raises(Refused) as caught:
        await world.service.create(a_caller(), "image/png", 1, SHA256)

    assert caught.value.problems[0].code is ErrorCode.QUOTA_EXCEEDED
    assert caught.value.problems[0].path == ("input", "bytes")
    await world.service.create(a_caller(BOB), "image/png", 1, SHA256)
    world.clock.advance(timedelta(days=1))
    await world.service.create(a_caller(), "image/png", 1, SHA256)


@pytest.mark.parametrize("purpose", UploadPurpose)
async def test_decoded_images_count_against_the_limit(world: World, purpose: UploadPurpose) -> None:
    upload_id = await world.sent()
    await fill(world, left=2 * MIN_COUNTED_BYTES - 1)

    refused = await refusal(world, upload_id, purpose)

    assert refused.problems[0].code is ErrorCode.QUOTA_EXCEEDED
    assert len(world.images.objects) == 1
