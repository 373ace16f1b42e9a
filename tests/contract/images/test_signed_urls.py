"""The contract of signed and presigned URLs: they work unmodified until they expire."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from genai_studio.domain.ids import new_id
from genai_studio.domain.image import attempt_prefix
from genai_studio.ports import Images
from tests.builders import ALICE, BOB, ManualClock
from tests.contract.images.adapters import ImageStore

pytestmark = pytest.mark.anyio

KEY = attempt_prefix(ALICE, new_id(), 1) + "0.png"
OTHER = attempt_prefix(BOB, new_id(), 1) + "0.png"
REFUSED = (400, 403, 404)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300


@pytest.fixture(autouse=True)
async def stored(images: Images) -> None:
    await images.put(KEY, PNG, "image/png")
    await images.put(OTHER, b"not for you", "image/png")


async def test_a_url_returns_the_image(images: Images, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(images.sign(KEY).url)

    assert answer.status_code == 200
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert "attachment" not in answer.headers.get("content-disposition", "")


async def test_a_download_url_has_the_file_name(images: Images, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(images.sign(KEY, download_name="red apple.png").url)

    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "red" in answer.headers["content-disposition"]


async def test_a_url_works_until_expires_at(
    images: Images, browser: httpx.AsyncClient, clock: ManualClock
) -> None:
    signed = images.sign(KEY)

    clock.advance(signed.expires_at - clock.now() - timedelta(seconds=1))
    assert (await browser.get(signed.url)).status_code == 200
    clock.advance(1)
    assert (await browser.get(signed.url)).status_code == 403


async def test_the_lifetime_of_a_url_is_bounded(images: Images, clock: ManualClock) -> None:
    for _ in range(50):
        left = images.sign(KEY).expires_at - clock.now()
        assert timedelta(minutes=5) <= left <= timedelta(minutes=15)
        clock.advance(37)


async def test_each_modified_character_is_rejected(
    images: Images, browser: httpx.AsyncClient
) -> None:
    url = images.sign(KEY, download_name="apple.png").url
    start = url.index(ALICE)

    for index in range(start, len(url)):
        replacement = "A" if url[index] != "A" else "B"
        modified = url[:index] + replacement + url[index + 1 :]
        answer = await browser.get(modified)
        assert answer.status_code in REFUSED, modified
        assert PNG not in answer.content


@pytest.mark.parametrize(
    "alter",
    [
        lambda url, other: url.partition("?")[0],
        lambda url, other: other.partition("?")[0] + "?" + url.partition("?")[2],
        lambda url, other: url + "&more=1",
        lambda url, other: url + "x",
        lambda url, other: url[:-1],
        lambda url, other: url.partition("?")[0] + "?" + "&".join(url.split("?")[1].split("&")[1:]),
        lambda url, other: url.replace("?", "?download=other.png&", 1),
    ],
    ids=[
        "no query",
        "another's key",
        "one field more",
        "longer",
        "shorter",
        "one field less",
        "another name",
    ],
)
async def test_a_url_with_modified_parts_is_rejected(
    images: Images, browser: httpx.AsyncClient, alter: object
) -> None:
    assert callable(alter)
    url = alter(images.sign(KEY).url, images.sign(OTHER).url)

    answer = await browser.get(url)

    assert answer.status_code in REFUSED
    assert answer.content != PNG


async def test_an_added_empty_field_is_ignored_or_rejected(
    store: ImageStore, browser: httpx.AsyncClient
) -> None:
    answer = await browser.get(store.images.sign(KEY).url + "&")

    if store.to_the_letter:
        assert answer.status_code == 403
    else:
        assert answer.status_code in REFUSED or answer.content == PNG


async def test_a_url_is_not_valid_for_another_image(
    images: Images, browser: httpx.AsyncClient
) -> None:
    signed = images.sign(KEY).url

    assert (await browser.get(signed.replace(KEY, OTHER))).status_code == 403


async def test_urls_of_a_deleted_image_return_not_found(
    images: Images, browser: httpx.AsyncClient
) -> None:
    url = images.sign(KEY).url
    await images.delete_under(f"{ALICE}/")

    assert (await browser.get(url)).status_code in (403, 404)


async def test_range_requests_are_supported(images: Images, browser: httpx.AsyncClient) -> None:
    answer = await browser.get(images.sign(KEY).url, headers={"Range": "bytes=8-107"})

    assert answer.status_code == 206
    assert answer.content == PNG[8:108]
    assert answer.headers["content-range"] == f"bytes 8-107/{len(PNG)}"


async def test_conditional_requests_return_not_modified(
    images: Images, browser: httpx.AsyncClient
) -> None:
    url = images.sign(KEY).url
    etag = (await browser.get(url)).headers["etag"]

    answer = await browser.get(url, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer.content == b""
