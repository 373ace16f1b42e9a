from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo

from genai_studio.hosts.cli.client.api_types import Image
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.image_files import (
    check_output_path,
    image_paths,
    save_images,
)


def test_one_image_is_written_to_the_given_path() -> None:
    assert image_paths(Path("x/a.png"), 1) == [Path("x/a.png")]


def test_several_images_are_numbered_before_the_suffix() -> None:
    assert image_paths(Path("x/a.b.png"), 2) == [Path("x/a.b-1.png"), Path("x/a.b-2.png")]
    assert image_paths(Path("apple"), 2) == [Path("apple-1"), Path("apple-2")]


def test_a_new_file_in_an_existing_directory_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_output_path(Path("a.png"))


def test_a_directory_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="this is a directory"):
        check_output_path(tmp_path)


def test_a_missing_parent_directory_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="does not exist"):
        check_output_path(tmp_path / "nowhere" / "a.png")


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a", "a.png.txt"])
def test_other_file_types_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandFailed, match=r"Use \.png, \.jpg or \.jpeg"):
        check_output_path(tmp_path / name)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG"])
async def test_jpeg_is_written_with_parameters(tmp_path: Path, name: str) -> None:
    text = PngInfo()
    text.add_itxt("parameters", "a red apple, 猫\nSteps: 4")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>trainedAlgorithmicMedia</x:xmpmeta>")
    png = io.BytesIO()
    PillowImage.new("RGB", (16, 16), "red").save(png, "PNG", pnginfo=text)
    sha256 = hashlib.sha256(png.getvalue()).hexdigest()
    image = Image(url="/images/x", width=16, height=16, seed=1, sha256=sha256)

    async def download(url: str) -> bytes:
        return png.getvalue()

    (saved,) = await save_images([image], tmp_path / name, download)

    data = saved.path.read_bytes()
    assert saved.sha256 == hashlib.sha256(data).hexdigest()
    with PillowImage.open(io.BytesIO(data)) as jpeg:
        assert jpeg.format == "JPEG"
        comment = jpeg.getexif().get_ifd(0x8769)[0x9286]
        assert comment == b"UNICODE\0" + "a red apple, 猫\nSteps: 4".encode("utf-16-be")
    assert b"trainedAlgorithmicMedia" in data
