"""The workspace of a masked edit: a size that the model accepts, around everything that changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.editing.edit import Box, Margins, Workspace
from genai_studio.domain.editing.workspace import CONTEXT, choose_workspace, margins_box
from tests.unit.domain.models import a_model

MODEL = a_model()  # sides 64 to 512 in steps of 8, at most 65,536 pixels, default 64 × 72
SIDES = st.integers(1, 3000)


def box(left: int, top: int, right: int, bottom: int) -> Box:
    return Box(left=left, top=top, right=right, bottom=bottom)


@st.composite
def canvases(draw: st.DrawFn) -> tuple[int, int, Box, int]:
    width, height = draw(SIDES), draw(SIDES)
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return width, height, box(left, top, right, bottom), draw(st.integers(0, 64))


@given(canvases())
def test_the_model_accepts_the_size_and_the_region_contains_the_soft_mask(
    canvas: tuple[int, int, Box, int],
) -> None:
    width, height, white, feather = canvas

    chosen = choose_workspace(width, height, white, feather, MODEL)

    limits, region = MODEL.limits, chosen.region
    assert chosen.width in limits.width
    assert chosen.height in limits.height
    assert limits.max_pixels is not None
    assert chosen.width * chosen.height <= limits.max_pixels
    assert 0 <= region.left <= max(white.left - feather, 0)
    assert 0 <= region.top <= max(white.top - feather, 0)
    assert region.right >= min(white.right + feather, width)
    assert region.bottom >= min(white.bottom + feather, height)


@given(canvases())
def test_scaling_keeps_the_aspect_ratio(canvas: tuple[int, int, Box, int]) -> None:
    width, height, white, feather = canvas

    chosen = choose_workspace(width, height, white, feather, MODEL)

    # Within the rounding of a side to whole pixels.
    across, down = chosen.region.width / chosen.width, chosen.region.height / chosen.height
    assert abs(across / down - 1) <= 1 / min(chosen.region.width, chosen.region.height) + 1e-9


def test_a_result_that_fits_is_padded_and_not_scaled() -> None:
    chosen = choose_workspace(101, 77, box(0, 0, 5, 5), 4, MODEL)

    assert chosen == Workspace(region=box(0, 0, 104, 80), width=104, height=80)


def test_of_a_large_result_only_the_surroundings_of_the_mask_are_sent() -> None:
    chosen = choose_workspace(2000, 1000, box(1000, 500, 1040, 520), 4, MODEL)

    around = 4 + CONTEXT
    assert chosen.region.width == chosen.width == 2 * around + 40
    assert chosen.region.left == 1000 - around
    assert chosen.region.height == chosen.height == 96  # 92 pixels, padded to a multiple of 8


def test_at_the_edge_of_a_large_result_the_region_stays_inside() -> None:
    chosen = choose_workspace(2000, 1000, box(1990, 0, 2000, 10), 0, MODEL)

    assert chosen.region == box(1936, 0, 2000, 72)


def test_a_large_mask_is_scaled_down() -> None:
    chosen = choose_workspace(2000, 1000, box(0, 0, 2000, 1000), 4, MODEL)

    assert chosen.region.width >= 2000
    assert chosen.width < 512


def test_a_result_below_the_minimum_is_scaled_up() -> None:
    chosen = choose_workspace(32, 32, box(0, 0, 4, 4), 4, MODEL)

    assert (chosen.width, chosen.height) == (64, 64)
    assert chosen.region == box(0, 0, 32, 32)


@pytest.mark.parametrize(
    ("margins", "expected"),
    [
        (Margins(left=10), box(0, 0, 10, 80)),
        (Margins(right=10), box(90, 0, 100, 80)),
        (Margins(top=10), box(0, 0, 100, 10)),
        (Margins(bottom=10), box(0, 70, 100, 80)),
        (Margins(left=10, right=10), box(0, 0, 100, 80)),
        (Margins(top=10, bottom=1), box(0, 0, 100, 80)),
        (Margins(left=10, bottom=10), box(0, 0, 100, 80)),
        (Margins(right=10, top=10), box(0, 0, 100, 80)),
    ],
)
def test_the_box_of_the_margins(margins: Margins, expected: Box) -> None:
    assert margins_box(100, 80, margins) == expected
