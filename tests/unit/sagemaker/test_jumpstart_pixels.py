"""Nested arrays of pixels: the fast path accepts exactly what the parser of rows accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genai_studio.domain.errors import EndpointError
from genai_studio.sagemaker.formats import jumpstart_txt2img
from genai_studio.sagemaker.formats.jumpstart_txt2img import jumpstart_image

SIDE = 8
"""Width and height of the images, in pixels."""


def outcome(text: str, max_bytes: int) -> Any:
    """Return the parsed image, or the error's message."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jumpstart_txt2img, "MAX_REGULAR_BYTES", max_bytes)
        try:
            return jumpstart_image(f'{{"generated_images": [{text}]}}'.encode(), 7)
        except EndpointError as error:
            return str(error)


def image(width: int, height: int) -> list[list[list[int]]]:
    return [[[x % 256, y % 256, (x * y) % 256] for x in range(width)] for y in range(height)]


REGULAR = json.dumps(image(SIDE, SIDE))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return the text of an image in which one part is replaced."""
    begin = draw(st.integers(0, len(REGULAR)))
    end = draw(st.integers(begin, min(len(REGULAR), begin + 12)))
    part = draw(
        st.text('0123456789[]{},.-+eE \n\t"NaN', max_size=6)
        | st.sampled_from(["256", "-1", "1.0", "01", "1 2", "NaN", "null", "true", "[1, 2, 3]", ""])
    )
    return REGULAR[:begin] + part + REGULAR[end:]


@given(damaged())
@example(REGULAR)
@example(REGULAR.replace(" ", ""))
@example(REGULAR.replace("49", "256", 1))
@example(REGULAR.replace("[0, 0, 0]", "[0, 0]", 1))
@example(REGULAR.replace("[0, 0, 0]", "[0, 0 0, 0]", 1))
@example(REGULAR.replace("[0, 0, 0], ", "", 1))
@example(REGULAR.replace("[0, 0, 0]", "[0, 0, 00]", 1))
@example(REGULAR.replace("[0, 0, 0]", "[0, 0, 0.0]", 1))
@example(REGULAR.replace("[0, 0, 0]", "[, , ]", 1))
@example("[]")
@example("[[]]")
@example("[[[]]]")
@example("[[[1, 2, 3]]]")
@example("[[1, 2, 3]]")
@example("[1, 2, 3]")
def test_fast_path_gives_the_result_of_the_parser_of_rows(text: str) -> None:
    assert outcome(text, 20_000_000) == outcome(text, -1)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("size", [(SIDE, SIDE), (SIDE, 2 * SIDE), (3 * SIDE, SIDE)])
def test_regular_rows_take_the_fast_path(
    size: tuple[int, int], indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = image(*size)
    monkeypatch.delattr(jumpstart_txt2img, "_from_rows")

    found = outcome(json.dumps(pixels, indent=indent), 20_000_000)

    assert (found.width, found.height) == size
    assert found.data == bytes(value for row in pixels for pixel in row for value in pixel)
