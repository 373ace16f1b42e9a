"""Encoding of an image as PNG, thumbnail and placeholder."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest
from PIL import Image
from thumbhash import thumb_hash_to_average_rgba

from genai_studio.imaging.encode_image import encode_image
from genai_studio.imaging.placeholder import placeholder
from genai_studio.imaging.thumbnail import MAX_SIDE, shrink
from tests.builders import a_generation
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["PNG", "RGB"])
def test_encoding_is_lossless(form: str) -> None:
    stored = encode_image(an_endpoint_image(form=form), a_generation(), 0)

    png = opened(stored.png)
    assert (png.format, png.mode, png.size) == ("PNG", "RGB", (64, 48))
    assert png.tobytes() == a_gradient().tobytes()
    assert (stored.width, stored.height) == (64, 48)


def test_the_digest_is_of_the_png() -> None:
    stored = encode_image(an_endpoint_image(), a_generation(), 0)

    assert stored.sha256 == hashlib.sha256(stored.png).hexdigest()


def test_encoding_is_deterministic() -> None:
    generation = a_generation()

    assert encode_image(an_endpoint_image(), generation, 0) == encode_image(
        an_endpoint_image(), generation, 0
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1024, 1024), (320, 320)),
        ((1024, 512), (320, 160)),
        ((512, 2048), (80, 320)),
        ((64, 64), (64, 64)),
        ((4096, 8), (320, 1)),
    ],
)
def test_a_thumbnail_has_a_maximum_size_and_is_not_enlarged(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    stored = encode_image(an_endpoint_image(a_gradient(*size)), a_generation(), 0)

    thumbnail = opened(stored.thumbnail)
    assert thumbnail.format == "WEBP"
    assert thumbnail.size == expected
    assert max(thumbnail.size) <= MAX_SIDE


def test_shrink_does_not_change_its_argument() -> None:
    image = a_gradient(640, 640)

    shrink(image)

    assert image.size == (640, 640)


@pytest.mark.parametrize("size", [(64, 64), (320, 40), (40, 320), (1, 1), (320, 1), (8, 8)])
def test_a_placeholder_is_small_and_base64(size: tuple[int, int]) -> None:
    text = placeholder(a_gradient(*size))

    assert 5 <= len(base64.b64decode(text, validate=True)) <= 25


@pytest.mark.parametrize("color", [(200, 30, 30), (10, 200, 90), (0, 0, 0), (255, 255, 255)])
def test_a_placeholder_has_the_average_color(color: tuple[int, int, int]) -> None:
    text = placeholder(Image.new("RGB", (64, 64), color))

    red, green, blue, alpha = thumb_hash_to_average_rgba(list(base64.b64decode(text)))

    assert alpha == 1
    for found, expected in zip((red, green, blue), color, strict=True):
        assert found * 255 == pytest.approx(expected, abs=8)
