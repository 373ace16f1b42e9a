"""The route that receives uploads: statuses, limits and interrupted requests."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from genai_studio.domain.editing.upload import (
    UPLOAD_RETENTION,
    UPLOADS,
    NewUpload,
    new_upload,
    original_key,
)
from genai_studio.domain.ids import new_id_at
from genai_studio.hosts.asgi.uploads import upload_route
from genai_studio.local.data_dir import IMAGES
from genai_studio.local.images.uploads import LocalUploads
from genai_studio.ports import UploadTarget
from tests.builders import ALICE, ManualClock

pytestmark = pytest.mark.anyio

FILE = b"\xff\xd8\xff" + bytes(range(256)) * 12_000


class Studio:
    def __init__(self, directory: Path) -> None:
        self.clock = ManualClock()
        self.uploads = LocalUploads.open(directory, self.clock)
        self.images = directory / IMAGES
        transport = httpx.ASGITransport(Starlette(routes=[upload_route(self.uploads)]))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://studio")

    def declare(self, data: bytes = FILE) -> NewUpload:
        digest = hashlib.sha256(data).hexdigest()
        return new_upload(new_id_at(self.clock.now()), "image/jpeg", len(data), digest)

    async def put(
        self, target: UploadTarget, content: bytes | AsyncIterator[bytes], **headers: str
    ) -> httpx.Response:
        return await self.client.put(
            target.url, headers={**target.headers, **headers}, content=content
        )

    def files(self) -> list[str]:
        root = self.images / UPLOADS
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


async def test_a_body_without_a_length_is_stored(studio: Studio) -> None:
    upload = studio.declare()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(FILE), 100_000):
            yield FILE[start : start + 100_000]

    answer = await studio.put(studio.uploads.target(ALICE, upload), pieces())

    assert answer.status_code == 204
    assert (studio.images / original_key(ALICE, upload)).read_bytes() == FILE


async def test_an_endless_body_is_refused_at_the_declared_size(studio: Studio) -> None:
    upload = studio.declare()
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * len(FILE):
            sent += 100_000
            yield b"\0" * 100_000

    answer = await studio.put(studio.uploads.target(ALICE, upload), pieces())

    assert answer.status_code == 400
    assert "more than" in answer.text
    assert studio.files() == []


async def test_a_body_with_another_digest_is_refused(studio: Studio) -> None:
    upload = studio.declare()

    answer = await studio.put(studio.uploads.target(ALICE, upload), FILE[:-1] + b"?")

    assert (answer.status_code, answer.text) == (
        400,
        "The file does not have the declared `sha256`.\n",
    )
    assert studio.files() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "image/png"}, 415),
        ({"Content-Type": "image/jpeg; charset=utf-8"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Length": str(len(FILE) + 1)}, 413),
        ({"Content-Length": "999999999999999999999"}, 413),
    ],
)
async def test_headers_must_match_the_declaration(
    studio: Studio, headers: dict[str, str], status: int
) -> None:
    target = studio.uploads.target(ALICE, studio.declare())

    answer = await studio.put(target, FILE, **headers)

    assert answer.status_code == status
    assert answer.headers["connection"] == "close"
    assert studio.files() == []


async def test_a_url_expires_after_15_minutes(studio: Studio) -> None:
    target = studio.uploads.target(ALICE, studio.declare())

    studio.clock.advance(timedelta(minutes=15, seconds=-1))
    assert (await studio.put(target, FILE)).status_code == 204
    studio.clock.advance(1)
    answer = await studio.put(target, FILE)

    assert answer.status_code == 403
    assert "expired" in answer.text


async def test_each_modified_character_of_a_url_is_refused(studio: Studio) -> None:
    target = studio.uploads.target(ALICE, studio.declare())

    for index in range(target.url.index(ALICE), len(target.url)):
        other = "A" if target.url[index] != "A" else "B"
        url = target.url[:index] + other + target.url[index + 1 :]
        answer = await studio.put(UploadTarget(url, "PUT", target.headers), FILE)
        assert answer.status_code in (403, 404), url

    assert studio.files() == []


@pytest.mark.parametrize(
    "url",
    [
        "/uploads/",
        "/uploads/x",
        "/uploads/x/y?type=image/png",
        "/uploads/..%2F..%2Fx/019e0000-0000-7000-8000-000000000000?" + "&" * 50,
        "/uploads/x/y?type=image/png&bytes=99999999999&sha256=x&expires=1&signature=",
        f"/uploads/x/y?type=image/png&bytes=1&sha256={'0' * 64}&expires={'9' * 30}&signature=x",
        f"/uploads/x/y?type=image/png&bytes=1&sha256={'0' * 64}&expires=1&signature=%FF",
    ],
)
async def test_a_malformed_url_is_refused(studio: Studio, url: str) -> None:
    answer = await studio.put(UploadTarget(url, "PUT"), FILE)

    assert answer.status_code == 403


async def test_an_image_url_is_no_upload_url(studio: Studio) -> None:
    answer = await studio.client.get(studio.uploads.target(ALICE, studio.declare()).url)

    assert answer.status_code == 405


async def test_only_one_request_sends_a_file(studio: Studio) -> None:
    target = studio.uploads.target(ALICE, studio.declare())
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield FILE[:1000]
        started.set()
        await go_on.wait()
        yield FILE[1000:]

    first = asyncio.create_task(studio.put(target, slow()))
    await started.wait()
    second = await studio.put(target, FILE)
    go_on.set()

    assert second.status_code == 409
    assert (await first).status_code == 204


async def test_a_full_disk_is_reported(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    answer = await studio.put(studio.uploads.target(ALICE, studio.declare()), FILE)

    assert answer.status_code == 507
    assert studio.files() == []


async def test_expired_uploads_are_deleted(studio: Studio) -> None:
    old = studio.declare()
    await studio.put(studio.uploads.target(ALICE, old), FILE)
    studio.clock.advance(UPLOAD_RETENTION - timedelta(minutes=1))
    young = studio.declare(b"x")
    await studio.put(studio.uploads.target(ALICE, young), b"x")
    other = studio.images / UPLOADS / "a-generation" / "1" / "0.png"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"an image of a user named uploads")

    assert await studio.uploads.delete_expired() == 0
    studio.clock.advance(timedelta(minutes=1))
    assert await studio.uploads.delete_expired() == 1

    assert (studio.images / original_key(ALICE, young)).exists()
    assert other.exists()
    assert len(studio.files()) == 2


async def test_partial_files_of_a_killed_studio_are_deleted(studio: Studio) -> None:
    upload = studio.declare()
    path = studio.images / original_key(ALICE, upload)
    path.parent.mkdir(parents=True)
    path.with_name(f".{path.name}.part").write_bytes(FILE[:1000])

    await studio.uploads.delete_expired()

    assert not (studio.images / UPLOADS / ALICE).exists()


async def test_a_partial_file_in_use_is_kept(studio: Studio) -> None:
    target = studio.uploads.target(ALICE, studio.declare())

    async def swept() -> AsyncIterator[bytes]:
        yield FILE[:1000]
        await studio.uploads.delete_expired()
        yield FILE[1000:]

    assert (await studio.put(target, swept())).status_code == 204


async def test_a_file_can_be_sent_over_the_rest_of_an_interrupted_one(studio: Studio) -> None:
    upload = studio.declare(b"short")
    path = studio.images / original_key(ALICE, upload)
    path.parent.mkdir(parents=True)
    path.with_name(f".{path.name}.part").write_bytes(FILE)

    assert (await studio.put(studio.uploads.target(ALICE, upload), b"short")).status_code == 204

    assert path.read_bytes() == b"short"
