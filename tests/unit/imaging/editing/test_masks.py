"""The feathered mask: white stays white, and nothing changes beyond the feather."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from genai_studio.domain.editing.edit import Box, Edit, EditInput, Margins
from genai_studio.imaging.editing.masks import edit_alpha, feathered

SIZE = 200


def distance_rings(hard: Image.Image, distance: int) -> Image.Image:
    """Return the mask grown by `distance` pixels, computed one pixel at a time."""
    for _ in range(distance):
        hard = hard.filter(ImageFilter.MaxFilter(3))
    return hard


def a_mask(boxes: list[tuple[int, int, int, int]]) -> Image.Image:
    mask = Image.new("L", (SIZE, SIZE))
    for left, top, width, height in boxes:
        mask.paste(255, (left, top, left + width, top + height))
    return mask


POSITIONS = st.integers(0, SIZE - 1)
LENGTHS = st.integers(1, 40)
BOXES = st.lists(st.tuples(POSITIONS, POSITIONS, LENGTHS, LENGTHS), min_size=1, max_size=4)


@given(BOXES, st.integers(0, 64))
def test_white_stays_white_and_black_beyond_the_feather_stays_black(
    boxes: list[tuple[int, int, int, int]], feather: int
) -> None:
    hard = a_mask(boxes)

    soft = feathered(hard, feather)

    reach = distance_rings(hard, feather)
    pairs = zip(hard.tobytes(), reach.tobytes(), soft.tobytes(), strict=True)
    for white, reachable, alpha in pairs:
        assert alpha == 255 or not white
        assert alpha == 0 or reachable


@pytest.mark.parametrize("feather", [2, 4, 5, 16, 64])
def test_the_edge_falls_steadily(feather: int) -> None:
    soft = feathered(a_mask([(0, 0, 100, SIZE)]), feather)

    across = [soft.getpixel((99 + step, 100)) for step in range(feather + 2)]
    assert across[0] == 255
    assert across[-1] == 0
    assert across == sorted(across, key=lambda value: -float(str(value)))
    assert len(set(across)) > 2


def test_a_single_white_pixel_survives_the_largest_feather() -> None:
    soft = feathered(a_mask([(100, 100, 1, 1)]), 64)

    assert soft.getpixel((100, 100)) == 255


def edit_of(**fields: object) -> Edit:
    source = EditInput(key="s", image_id="a/0", width=SIZE, height=SIZE)
    return Edit(**({"source": source, "strength": 1.0} | fields))  # type: ignore[arg-type]  # checked by the test


def test_gray_pixels_count_as_white_from_the_middle() -> None:
    mask = Image.new("L", (SIZE, SIZE), 127)
    mask.paste(128, (0, 0, 10, 10))

    alpha = edit_alpha(edit_of(), mask, Box(left=0, top=0, right=20, bottom=20))

    assert alpha.size == (20, 20)
    assert alpha.getpixel((9, 9)) == 255
    assert alpha.getpixel((10, 10)) == 0


def test_the_margins_of_an_outpaint_are_white() -> None:
    edit = edit_of(outpaint=Margins(left=10, bottom=5), mask_feather=0)

    alpha = edit_alpha(edit, None, Box(left=0, top=0, right=SIZE + 10, bottom=SIZE + 5))

    assert alpha.getbbox() == (0, 0, SIZE + 10, SIZE + 5)
    assert alpha.crop((10, 0, SIZE + 10, SIZE)).getbbox() is None
    assert alpha.crop((0, SIZE, SIZE + 10, SIZE + 5)).getextrema() == (255, 255)


def test_a_region_of_an_outpaint_is_a_part_of_the_whole() -> None:
    edit = edit_of(outpaint=Margins(right=64), mask_feather=8)
    whole = edit_alpha(edit, None, Box(left=0, top=0, right=SIZE + 64, bottom=SIZE))

    part = edit_alpha(edit, None, Box(left=150, top=0, right=SIZE + 64, bottom=SIZE))

    assert part.tobytes() == whole.crop((150, 0, SIZE + 64, SIZE)).tobytes()
