"""Decoding of untrusted images."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.imaging import decode as decoding
from genai_studio.imaging.decode import decode
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image, encoded


@pytest.mark.parametrize("form", ["PNG", "RGB"])
def test_lossless_formats_keep_all_pixels(form: str) -> None:
    image = decode(an_endpoint_image(form=form))

    assert image.mode == "RGB"
    assert image.size == (64, 48)
    assert image.tobytes() == a_gradient().tobytes()


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_lossy_formats_keep_the_size(form: str) -> None:
    image = decode(an_endpoint_image(form=form))

    assert (image.mode, image.size) == ("RGB", (64, 48))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16"])
def test_every_png_mode_is_converted_to_rgb(mode: str) -> None:
    image = decode(an_endpoint_image(a_gradient().convert("L").convert(mode)))

    assert (image.mode, image.size) == ("RGB", (64, 48))


def test_the_size_is_read_from_the_image_data() -> None:
    assert decode(an_endpoint_image(width=1, height=1)).size == (64, 48)


def png_with_declared_size(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


WHOLE = encoded(a_gradient(), "PNG")

BROKEN = {
    "empty": b"",
    "text": b'{"error": "out of memory"}',
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "cut off": WHOLE[: len(WHOLE) // 2],
    "header only": WHOLE[:33],
    "damaged": WHOLE[:60] + bytes(40) + WHOLE[100:],
    "a gif": encoded(a_gradient(), "GIF"),
    "a bmp": encoded(a_gradient(), "BMP"),
    "an svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a cut jpeg": encoded(a_gradient(), "JPEG")[:200],
    "a bomb": png_with_declared_size(60_000, 60_000),
    "a small bomb": png_with_declared_size(9_500, 9_500),
    "no pixels": png_with_declared_size(0, 5),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.filterwarnings("error")
def test_an_incomplete_image_is_a_bad_response(data: bytes) -> None:
    with pytest.raises(EndpointError) as refused:
        decode(an_endpoint_image(data=data))

    assert refused.value.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE
    assert refused.value.failure.retryable
    assert "PIL" not in refused.value.failure.message


@pytest.mark.parametrize(
    "fields",
    [
        {"data": b"\0" * (64 * 48 * 3 - 1)},
        {"data": b"\0" * (64 * 48 * 3 + 1)},
        {"width": 0, "data": b""},
        {"width": -64},
        {"width": 100_000, "height": 100_000},
    ],
    ids=["a byte too few", "a byte too many", "no width", "negative", "a bomb"],
)
def test_raw_data_must_match_the_size(fields: dict[str, Any]) -> None:
    with pytest.raises(EndpointError):
        decode(an_endpoint_image(form="RGB", **fields))


def test_max_pixels_is_inclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", 64 * 48)

    assert decode(an_endpoint_image()).size == (64, 48)
    with pytest.raises(EndpointError, match="invalid size"):
        decode(an_endpoint_image(Image.new("RGB", (64, 49))))
