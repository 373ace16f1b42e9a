"""The contract of `ports.Images`: objects are immutable and are deleted by prefix."""

from __future__ import annotations

import asyncio

import pytest

from genai_studio.domain.errors import ImageExists, ImageMissing
from genai_studio.domain.ids import new_id
from genai_studio.domain.image import attempt_prefix, generation_prefix
from genai_studio.ports import Images
from tests.builders import ALICE, BOB

pytestmark = pytest.mark.anyio

ID = new_id()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def key(fence: int = 1, name: str = "0.png", generation_id: str = ID) -> str:
    return attempt_prefix(ALICE, generation_id, fence) + name


async def put(images: Images, *keys: str) -> None:
    for one in keys:
        content_type = "image/png" if one.endswith(".png") else "image/webp"
        await images.put(one, one.encode(), content_type)


async def present(images: Images, *keys: str) -> list[str]:
    found = []
    for one in keys:
        try:
            assert await images.get(one) == one.encode()
        except ImageMissing:
            continue
        found.append(one)
    return found


async def test_get_returns_what_was_put(images: Images) -> None:
    await images.put(key(), PNG, "image/png")

    assert await images.get(key()) == PNG


async def test_an_empty_object_can_be_stored(images: Images) -> None:
    await images.put(key(), b"", "image/png")

    assert await images.get(key()) == b""


async def test_get_of_an_unknown_key_raises_image_missing(images: Images) -> None:
    with pytest.raises(ImageMissing):
        await images.get(key())


async def test_a_prefix_is_not_an_object(images: Images) -> None:
    await put(images, key())

    with pytest.raises(ImageMissing):
        await images.get(f"{key()}/0.png")


async def test_put_does_not_overwrite(images: Images) -> None:
    await images.put(key(), PNG, "image/png")

    with pytest.raises(ImageExists):
        await images.put(key(), b"another", "image/png")

    assert await images.get(key()) == PNG


async def test_one_of_several_concurrent_puts_of_a_key_succeeds(images: Images) -> None:
    contents = [bytes([number]) * 20_000 for number in range(20)]

    outcomes = await asyncio.gather(
        *(images.put(key(), content, "image/png") for content in contents),
        return_exceptions=True,
    )

    winners = [number for number, outcome in enumerate(outcomes) if outcome is None]
    assert len(winners) == 1
    assert sum(isinstance(outcome, ImageExists) for outcome in outcomes) == 19
    assert await images.get(key()) == contents[winners[0]]


async def test_delete_under_deletes_only_the_prefix(images: Images) -> None:
    own = [key(1, "0.png"), key(1, "0.thumbnail.webp"), key(2, "0.png")]
    others = [
        key(1, "0.png", new_id()),
        attempt_prefix(BOB, ID, 1) + "0.png",
        attempt_prefix(ALICE, ID, 10) + "0.png",
    ]
    await put(images, *own, *others)

    await images.delete_under(attempt_prefix(ALICE, ID, 1))

    assert await present(images, *own, *others) == [own[2], *others]


async def test_delete_under_deletes_all_attempts_of_a_generation(images: Images) -> None:
    keys = [key(1), key(2), key(2, "preview-3.webp")]
    await put(images, *keys)

    await images.delete_under(generation_prefix(ALICE, ID))

    assert await present(images, *keys) == []


async def test_delete_under_keeps_given_prefixes(images: Images) -> None:
    losers = [key(1), key(1, "0.thumbnail.webp"), key(10)]
    winners = [key(3), key(3, "0.thumbnail.webp")]
    await put(images, *losers, *winners)

    await images.delete_under(generation_prefix(ALICE, ID), keep=[attempt_prefix(ALICE, ID, 3)])

    assert await present(images, *losers, *winners) == winners


async def test_delete_under_keeps_single_objects(images: Images) -> None:
    keys = [key(1, "0.png"), key(1, "1.png"), key(1, "preview-1.webp")]
    await put(images, *keys)

    await images.delete_under(attempt_prefix(ALICE, ID, 1), keep=keys[:2])

    assert await present(images, *keys) == keys[:2]


async def test_deleting_an_empty_prefix_does_nothing(images: Images) -> None:
    await images.delete_under(generation_prefix(ALICE, ID))


async def test_a_deleted_key_can_be_reused(images: Images) -> None:
    await put(images, key())
    await images.delete_under(generation_prefix(ALICE, ID))

    await images.put(key(), PNG, "image/png")

    assert await images.get(key()) == PNG


async def test_concurrent_put_and_delete_of_neighbors(images: Images) -> None:
    async def put_one(fence: int) -> None:
        await put(images, key(fence))

    async def delete(fence: int) -> None:
        await images.delete_under(attempt_prefix(ALICE, ID, fence))

    for fence in range(1, 20, 2):
        await put(images, key(fence))
        await asyncio.gather(put_one(fence + 1), delete(fence))

    kept = [key(fence) for fence in range(2, 21, 2)]
    assert await present(images, *[key(fence) for fence in range(1, 21)]) == kept
