"""Local image files: atomic, private, with a content type that matches the key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genai_studio.local.images.store import LocalImages
from tests.builders import ManualClock

pytestmark = pytest.mark.anyio

KEY = "alice/0/1/0.png"


@pytest.fixture
def images(tmp_path: Path) -> LocalImages:
    return LocalImages.open(tmp_path, ManualClock())


def files(directory: Path) -> dict[str, int]:
    return {
        file.relative_to(directory).as_posix(): file.stat().st_mode & 0o777
        for file in directory.rglob("*")
        if file.is_file()
    }


def exists(path: Path) -> bool:
    return path.exists()


async def test_images_and_secret_are_private(images: LocalImages, tmp_path: Path) -> None:
    await images.put(KEY, b"x", "image/png")

    assert files(tmp_path) == {"image-signing.key": 0o600, f"images/{KEY}": 0o600}


async def test_no_temporary_file_remains_if_the_key_exists(
    images: LocalImages, tmp_path: Path
) -> None:
    await images.put(KEY, b"x", "image/png")
    with pytest.raises(Exception, match="already"):
        await images.put(KEY, b"y", "image/png")

    assert len(files(tmp_path)) == 2


async def test_a_full_disk_leaves_no_partial_file(
    images: LocalImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            await images.put(KEY, b"x" * 100, "image/png")

    assert files(tmp_path).keys() == {"image-signing.key"}
    await images.put(KEY, b"x", "image/png")


async def test_the_content_type_must_match_the_suffix(images: LocalImages) -> None:
    with pytest.raises(ValueError, match="requires content type"):
        await images.put(KEY, b"x", "text/html")


async def test_urls_are_valid_after_a_restart(images: LocalImages, tmp_path: Path) -> None:
    url = images.sign(KEY).url

    again = LocalImages.open(tmp_path, ManualClock())

    path, _, query = url.partition("?")
    assert again.verify(path, query).key == KEY


async def test_empty_directories_are_removed(images: LocalImages, tmp_path: Path) -> None:
    await images.put(KEY, b"x", "image/png")
    await images.delete_under("alice/0/")

    assert not exists(tmp_path / "images" / "alice" / "0")
