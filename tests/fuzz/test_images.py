"""Images of endpoints: PNG, JPEG and WebP headers, metadata and pixels."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.errors import EndpointError
from genai_studio.imaging.decode import decode
from genai_studio.ports import EndpointImage
from genai_studio.sagemaker.formats.image_payload import MAX_PIXELS, image_from_bytes
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, repeat
from tests.fuzz.inputs import mutated_bytes
from tests.unit.imaging.pngs import a_gradient, encoded

SMALL = a_gradient(16, 12)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def a_png_with_metadata() -> bytes:
    texts = PngInfo()
    texts.add_text("parameters", "a red apple\nSteps: 8")
    texts.add_text("compressed", "a" * 200, zip=True)
    texts.add_itxt("international", "红苹果", lang="zh", zip=True)
    exif = Image.Exif()
    exif[0x010E] = "a description"
    return encoded(SMALL, "PNG", pnginfo=texts, exif=exif, icc_profile=b"x" * 128, dpi=(72, 72))


def a_jpeg_with_metadata() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a description"
    return encoded(SMALL, "JPEG", exif=exif, comment=b"a comment", icc_profile=b"x" * 128)


VALID = (
    a_png_with_metadata(),
    encoded(SMALL.convert("P"), "PNG"),
    encoded(SMALL.convert("RGBA"), "PNG"),
    encoded(SMALL.convert("L"), "PNG"),
    a_jpeg_with_metadata(),
    encoded(SMALL, "JPEG", progressive=True),
    encoded(SMALL.convert("CMYK"), "JPEG"),
    encoded(SMALL, "WEBP"),
    encoded(SMALL, "WEBP", lossless=True),
)


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


HEADER = struct.pack(">IIBBBBB", 16, 12, 8, 2, 0, 0, 0)
PIXELS = zlib.compress((b"\0" + b"\x80" * 48) * 12)
KINDS = st.sampled_from(
    [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"gAMA", b"pHYs", b"tRNS", b"PLTE", b"acTL"]
)


@st.composite
def pngs(draw: st.DrawFn) -> bytes:
    """Generate a PNG with valid checksums and hostile chunks."""
    width, height = draw(st.sampled_from([(16, 12), (0, 1), (2**31, 1), (9000, 1), (4096, 4096)]))
    depth, color = draw(st.tuples(st.integers(0, 16), st.integers(0, 7)))
    shape = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    parts = [SIGNATURE, chunk(b"IHDR", draw(st.sampled_from([HEADER, shape])))]
    for kind in draw(st.lists(KINDS, max_size=4)):
        content = draw(
            st.binary(max_size=40)
            | st.binary(max_size=20).map(lambda data: b"key\0\0" + zlib.compress(data * 50))
            | st.binary(max_size=20).map(lambda data: b"key\0\1\0en\0\0" + zlib.compress(data))
        )
        parts.append(chunk(kind, content))
    parts.append(chunk(b"IDAT", draw(st.sampled_from([PIXELS, b"", PIXELS[:8]]))))
    parts.append(chunk(b"IEND", b""))
    return b"".join(parts)


def read(data: bytes) -> None:
    try:
        image = image_from_bytes(data, 7)
    except EndpointError:
        return
    assert image.width * image.height <= MAX_PIXELS
    if image.width * image.height > 1_000_000:
        return  # Decoding it is allowed, but slow.
    try:
        pixels = decode(image)
    except EndpointError:
        return
    assert pixels.mode == "RGB"


@fuzz(mutated_bytes(VALID) | st.binary(max_size=100))
def test_damaged_image(data: bytes) -> None:
    read(data)


@fuzz(pngs())
def test_png_chunks(data: bytes) -> None:
    read(data)


@fuzz(
    st.binary(max_size=64),
    st.integers(-1, 2**31),
    st.integers(-1, 2**31),
    st.sampled_from(["image/x-rgb", "image/png", "text/html", ""]),
)
def test_raw_pixels(data: bytes, width: int, height: int, content_type: str) -> None:
    with suppress(EndpointError):
        decode(EndpointImage(data, content_type, width, height, 7))


def test_cost_of_metadata() -> None:
    """Compressed text must not expand without limit, and many chunks take linear time."""

    bomb = b"key\0\0" + zlib.compress(b"a" * 1_000_000)
    for kind, content in (
        (b"tEXt", b"key\0" + b"a" * 90),
        (b"zTXt", bomb),
        (b"iTXt", b"key\0\1\0\0\0" + zlib.compress(b"a" * 1_000_000)),
        (b"iCCP", bomb),
        (b"eXIf", b"II*\0\x08\0\0\0" + b"\xff\xff" + b"\0" * 90),
    ):
        begin = SIGNATURE + chunk(b"IHDR", HEADER)
        end = chunk(b"IDAT", PIXELS) + chunk(b"IEND", b"")
        assert_bounded_cost(read, repeat(chunk(kind, content), begin, end), 1_000_000)


def test_cost_of_jpeg_markers() -> None:
    jpeg = a_jpeg_with_metadata()
    for marker in (b"\xff\xfe\0\x04ab", b"\xff\xe1\0\x0aExif\0\0II", b"\xff"):
        assert_bounded_cost(read, repeat(marker, jpeg[:2], jpeg[2:]), 100_000)


def test_declared_size_allocates_nothing() -> None:
    huge = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    data = SIGNATURE + chunk(b"IHDR", huge) + chunk(b"IDAT", PIXELS) + chunk(b"IEND", b"")
    assert_bounded_cost(read, lambda _: data, 1000)
    assert io.BytesIO(data).read(8) == SIGNATURE


@pytest.mark.parametrize(
    "data",
    [
        SIGNATURE + chunk(b"IHDR", HEADER) + chunk(b"tEXt", b"k\0a") * 100,
        SIGNATURE + chunk(b"IHDR", HEADER) + chunk(b"tEXt", b"k\0" + b"a" * 1_000_001),
        a_jpeg_with_metadata()[:2] + b"\xff" * 1_000_001 + a_jpeg_with_metadata()[2:],
    ],
    ids=["many chunks", "a large chunk", "JPEG fill bytes"],
)
def test_excess_metadata_is_refused(data: bytes) -> None:
    with pytest.raises(EndpointError, match="too much metadata"):
        image_from_bytes(data, 7)
