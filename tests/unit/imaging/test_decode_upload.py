"""Uploads are decoded to upright sRGB without metadata, or refused with the fault."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from genai_studio.domain.editing.edit import Box
from genai_studio.domain.editing.upload import UploadPurpose
from genai_studio.domain.errors import InvalidUpload
from genai_studio.imaging.decode_upload import decode_upload
from genai_studio.imaging.upload_type import MAX_JPEG_SCANS
from genai_studio.ports import DecodedFile

# pytest resets the filter that the decoder sets.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")

SOURCE, MASK = UploadPurpose.SOURCE, UploadPurpose.MASK
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
WIDTH, HEIGHT = 48, 32


def photo(mode: str = "RGB") -> Image.Image:
    """Return an image that is different in each corner."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (90, 120, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 15, 15), (220, 40, 30))
    draw.rectangle((32, 16, 47, 31), (20, 160, 60))
    return image.convert(mode)


def saved(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    if file_format == "WEBP":
        options.setdefault("lossless", True)
    if file_format == "JPEG":
        options.setdefault("quality", 95)
        options.setdefault("subsampling", 0)
    target = io.BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue()


def decode(
    data: bytes, content_type: str = "image/png", purpose: UploadPurpose = SOURCE
) -> DecodedFile:
    return decode_upload(data, content_type, purpose)


def pixels(file: DecodedFile) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(file.png)) as image:
        assert image.size == (file.width, file.height)
        assert image.info == {}
        assert not image.getexif()
        return np.asarray(image).astype(int)


def assert_close(found: np.ndarray[Any, Any], wanted: Image.Image, by: int) -> None:
    expected = np.asarray(wanted).astype(int)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= by


def refusal(data: bytes, content_type: str = "image/png") -> str:
    with pytest.raises(InvalidUpload) as caught:
        decode(data, content_type)
    return str(caught.value)


@pytest.mark.parametrize("file_format", TYPES)
def test_a_file_is_decoded(file_format: str) -> None:
    found = decode(saved(photo(), file_format), TYPES[file_format])

    assert_close(pixels(found), photo(), 0 if file_format != "JPEG" else 30)
    assert (found.white, found.has_credentials) == (None, False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_color_modes_become_rgb(mode: str, file_format: str) -> None:
    image = photo(mode)

    found = decode(saved(image, file_format), TYPES[file_format])

    assert_close(pixels(found), image.convert("RGB"), 1)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_color_modes_of_jpeg_become_rgb(mode: str) -> None:
    image = photo(mode)

    found = decode(saved(image, "JPEG"), "image/jpeg")

    assert_close(pixels(found), image.convert("RGB"), 30)


def test_a_wide_gray_png_is_scaled_to_8_bits() -> None:
    wide = np.array([[0, 128, 129, 257, 32768, 65278, 65535]], dtype=np.uint16)

    found = pixels(decode(saved(Image.fromarray(wide))))

    assert found[0, :, 0].tolist() == [0, 0, 1, 1, 128, 254, 255]


def wide_rgb(alpha: bool) -> bytes:
    """Return a PNG with 16 bits per channel, which Pillow cannot write."""
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">HHH", 0xFFFF, 0x8080, 0) + b"\0\0" * alpha for _ in range(4))
        for _ in range(4)
    )
    header = struct.pack(">IIBBBBB", 4, 4, 16, 6 if alpha else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, body)
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize(("alpha", "color"), [(False, (255, 128, 0)), (True, (255, 255, 255))])
def test_a_wide_color_png_is_scaled_to_8_bits(alpha: bool, color: tuple[int, ...]) -> None:
    found = pixels(decode(wide_rgb(alpha)))

    assert found.reshape(-1, 3).tolist() == [list(color)] * 16


@pytest.mark.parametrize(("purpose", "behind"), [(SOURCE, 255), (MASK, 0)])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "RGB"])
def test_transparent_pixels_get_a_background(
    mode: str, purpose: UploadPurpose, behind: int
) -> None:
    gray = Image.new("L", (4, 4), 255)
    if mode in ("RGBA", "LA"):
        image = gray.convert(mode)
        image.putpixel((1, 2), (10,) * (len(mode) - 1) + (0,))
        data = saved(image)
    else:
        gray.putpixel((1, 2), 0)
        image = gray.convert(mode)
        data = saved(image, transparency=(0, 0, 0) if mode == "RGB" else image.getpixel((1, 2)))

    found = pixels(decode(data, purpose=purpose))

    assert np.all(found[2, 1] == behind)
    assert np.all(found[0, 0] == 255)


@pytest.mark.parametrize(
    ("orientation", "undone"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
        (99, None),
    ],
)
@pytest.mark.parametrize("file_format", TYPES)
@pytest.mark.parametrize("purpose", UploadPurpose)
def test_the_orientation_is_applied(
    orientation: int, undone: Image.Transpose | None, file_format: str, purpose: UploadPurpose
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = photo() if undone is None else photo().transpose(undone)

    found = decode(saved(turned, file_format, exif=exif), TYPES[file_format], purpose)

    wanted = photo("RGB" if purpose is SOURCE else "L")
    assert_close(pixels(found), wanted, 30 if file_format == "JPEG" else 1)


def swapped_profile() -> bytes:
    """Return a display profile in which red and blue have each other's colors."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    at = profile.index("sRGB".encode("utf-16-be"))
    profile[at : at + 8] = "swap".encode("utf-16-be")
    return bytes(profile)


@pytest.mark.parametrize("file_format", TYPES)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_an_icc_profile_is_converted_to_srgb(file_format: str, mode: str) -> None:
    image = photo(mode)

    found = decode(saved(image, file_format, icc_profile=swapped_profile()), TYPES[file_format])

    red, green, blue = image.convert("RGB").split()
    assert_close(
        pixels(found), Image.merge("RGB", (blue, green, red)), 30 if file_format == "JPEG" else 2
    )


@pytest.mark.parametrize("profile", [b"", b"x", b"\0" * 500])
def test_a_damaged_icc_profile_is_ignored(profile: bytes) -> None:
    assert_close(pixels(decode(saved(photo(), icc_profile=profile))), photo(), 0)


def test_a_profile_of_another_color_space_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert_close(pixels(decode(saved(photo(), icc_profile=lab))), photo(), 0)


def test_an_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert_close(pixels(decode(saved(photo(), icc_profile=srgb))), photo(), 0)


def test_metadata_is_removed() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("parameters", "a secret prompt")
    exif = Image.Exif()
    exif[0x013B] = "a secret name"

    found = decode(saved(photo(), pnginfo=notes, exif=exif, dpi=(300, 300)))

    assert b"secret" not in found.png
    pixels(found)


def test_content_credentials_are_noticed() -> None:
    data = saved(photo())
    signed = data[:33] + chunk(b"caBX", b"\0\0\0\x20jumb\0\0\0\x18jumdc2pa...") + data[33:]

    assert decode(signed).has_credentials


def test_a_damaged_exif_block_is_ignored() -> None:
    data = saved(photo(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 20)

    assert_close(pixels(decode(data)), photo(), 0)


def test_the_white_pixels_of_a_mask_are_bounded() -> None:
    mask = Image.new("L", (20, 10), 127)
    mask.putpixel((3, 4), 128)
    mask.putpixel((12, 8), 255)

    assert decode(saved(mask), purpose=MASK).white == Box(left=3, top=4, right=13, bottom=9)
    assert decode(saved(Image.new("L", (5, 5), 127)), purpose=MASK).white is None


def animated(file_format: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), (0, 0, shade)) for shade in (0, 90, 255)]
    return saved(frames[0], file_format, save_all=True, append_images=frames[1:], duration=50)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_animations_are_refused(file_format: str) -> None:
    assert "animated" in refusal(animated(file_format), TYPES[file_format])


def test_the_first_image_of_a_camera_file_is_used() -> None:
    second = Image.new("RGB", (8, 8))
    data = saved(photo(), "MPO", save_all=True, append_images=[second], quality=95, subsampling=0)

    assert_close(pixels(decode(data, "image/jpeg")), photo(), 30)


@pytest.mark.parametrize("file_format", TYPES)
@pytest.mark.parametrize("declared", TYPES.values())
def test_a_mislabeled_file_is_refused(file_format: str, declared: str) -> None:
    if declared == TYPES[file_format]:
        return
    message = refusal(saved(photo(), file_format), declared)

    assert f"The file is {TYPES[file_format]}, not {declared}" in message


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (saved(photo("P"), "GIF"), "GIF"),
        (saved(photo(), "BMP"), "BMP"),
        (saved(photo(), "TIFF"), "TIFF"),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "AVIF"),
        (b"\0\0\0\x1cftypisom\0\0\0\0isommp42", "video"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"a text", "not an image of type image/png"),
        (b"", "not an image of type image/png"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not an image of type image/png"),
    ],
)
def test_a_file_of_another_type_is_named(data: bytes, name: str) -> None:
    assert name in refusal(data)


@pytest.mark.parametrize("file_format", TYPES)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(file_format: str, part: float) -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    data = saved(noise, file_format)

    message = refusal(data[: int(len(data) * part)], TYPES[file_format])

    assert "truncated or damaged" in message


def huge_png() -> bytes:
    data = bytearray(saved(photo("L")))
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def huge_jpeg() -> bytes:
    data = bytearray(saved(photo("L"), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


def huge_webp(kind: bytes) -> bytes:
    body = {
        b"VP8X": b"\0\0\0\0" + (16_382).to_bytes(3, "little") * 2,
        b"VP8L": b"\x2f" + (16_382 | 16_382 << 14).to_bytes(4, "little") + b"\0" * 5,
        b"VP8 ": b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383) + b"\0" * 10,
    }[kind]
    chunks = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


@pytest.mark.parametrize(
    ("make", "content_type"),
    [
        (huge_png, "image/png"),
        (huge_jpeg, "image/jpeg"),
        (lambda: huge_webp(b"VP8X"), "image/webp"),
        (lambda: huge_webp(b"VP8L"), "image/webp"),
        (lambda: huge_webp(b"VP8 "), "image/webp"),
        (lambda: saved(Image.new("1", (8000, 5001))), "image/png"),
    ],
)
def test_an_image_with_too_many_pixels_is_refused(
    make: Callable[[], bytes], content_type: str
) -> None:
    assert "40 million pixels" in refusal(make(), content_type)


def test_a_jpeg_with_too_many_scans_is_refused() -> None:
    data = saved(photo(), "JPEG", progressive=True)
    scan = data[data.index(b"\xff\xda") : -2]

    assert "scans" in refusal(data[:-2] + scan * MAX_JPEG_SCANS + b"\xff\xd9", "image/jpeg")
