"""The visible label of downloads, measured in pixels."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.imaging.encode_image import encode_image
from genai_studio.imaging.visible_label import LABEL_TEXTS, label_font, with_label
from genai_studio.ports import CredentialStatus
from tests.builders import a_generation
from tests.unit.content_credentials.keys import MemoryKey
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image, texts

SIZES = [(256, 256), (512, 512), (768, 512), (300, 1024), (1024, 256), (2048, 2048)]
GRAY = (128, 128, 128)
each_text = pytest.mark.parametrize("text", LABEL_TEXTS.values(), ids=LABEL_TEXTS)


def text_columns(image: Image.Image) -> list[Image.Image]:
    """Return the white columns of a labeled gray image, as one image per connected glyph."""
    white = image.convert("L").point([0] * 192 + [255] * 64)
    found, begin = [], None
    for x in range(white.width):
        empty = white.crop((x, 0, x + 1, white.height)).getbbox() is None
        if begin is None and not empty:
            begin = x
        if begin is not None and empty:
            found.append(white.crop((begin, 0, x, white.height)))
            begin = None
    return found


@each_text
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_capital_and_character_has_5_percent_of_the_shorter_side(
    text: str, size: tuple[int, int]
) -> None:
    labeled = with_label(Image.new("RGB", size, GRAY), text)

    glyphs = text_columns(labeled)
    boxes = [glyph.getbbox() for glyph in glyphs]
    heights = [box[3] - box[1] for box in boxes if box is not None]
    assert labeled.size == size
    assert len(heights) >= 3
    capital, tallest = heights[0], max(heights)
    assert capital >= 0.05 * min(size)
    assert tallest <= 0.1 * min(size)


@each_text
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_the_label_is_white_on_black_in_the_lower_right_corner(text: str, shade: int) -> None:
    before = Image.new("RGB", (512, 384), (shade, shade, shade))
    labeled = with_label(before, text)

    box = (labeled.width // 2, labeled.height * 3 // 4, labeled.width, labeled.height)
    changed = ImageChops.difference(before, labeled).getbbox()
    assert changed is not None
    assert changed[0] >= box[0]
    assert changed[1] >= box[1]
    assert changed[2] < box[2]
    assert changed[3] < box[3]
    colors = labeled.crop(box).convert("L").getcolors(256)
    assert colors is not None
    assert {0, 255} <= {color for _, color in colors}
    assert before.getcolors() == [(512 * 384, (shade, shade, shade))]


@each_text
def test_the_font_has_every_character(text: str) -> None:
    font = label_font(1024)
    missing = bytes(font.getmask("\N{SNOWMAN}"))
    shapes = [bytes(font.getmask(character)) for character in text if character != " "]

    assert any(missing)
    assert missing not in shapes
    assert len(set(shapes)) == len(set(text) - {" "})


@each_text
def test_the_label_is_in_a_second_png_only(text: str) -> None:
    generation = a_generation()
    image = an_endpoint_image(a_gradient(512, 384))
    plain = encode_image(image, generation, 0)
    both = encode_image(image, generation, 0, label=text)

    assert plain.labeled is None
    assert both.labeled is not None
    assert (both.png, both.thumbnail, both.sha256) == (plain.png, plain.thumbnail, plain.sha256)
    assert texts(both.labeled) == texts(plain.png)
    labeled = Image.open(io.BytesIO(both.labeled))
    assert labeled.tobytes() == with_label(a_gradient(512, 384), text).tobytes()


def test_the_labeled_copy_is_signed_with_the_image_as_its_parent() -> None:
    key, generation = MemoryKey(), a_generation()
    both = encode_image(
        an_endpoint_image(), generation, 0, signer=C2paSigner(key), label=LABEL_TEXTS["zh"]
    )
    assert both.labeled is not None

    report = C2paVerifier(lambda: key.certificates().anchor).verify(both.labeled)

    assert (report.status, report.problems) == (CredentialStatus.TRUSTED, ())
    [parent] = report.ingredients
    assert (parent.title, parent.relationship, parent.status) == (
        f"genai-studio-{generation.id}-0.png",
        "parentOf",
        CredentialStatus.TRUSTED,
    )
