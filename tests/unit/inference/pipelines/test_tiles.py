"""Tiles cover an image, and blending them leaves no seam."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genai_studio.inference.pipelines.diffusers.tiles import STEP, padded, redrawn, tiles_of
from tests.unhurried import unhurried
from tests.unit.imaging.pngs import a_gradient

sides = st.integers(1, 64).map(lambda count: count * STEP)


@unhurried
@given(width=sides, height=sides, side=st.integers(2, 32).map(lambda count: count * STEP))
def test_tiles_cover_the_image_and_overlap(width: int, height: int, side: int) -> None:
    tiles = tiles_of(width, height, side)
    covered = np.zeros((height, width), np.int64)
    for tile in tiles:
        left, top, right, bottom = tile.box
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert (tile.width, tile.height) == (min(side, width), min(side, height))
        covered[top:bottom, left:right] += 1
    assert covered.min() >= 1
    if len(tiles) > 1:
        assert covered.max() >= 2


def test_an_image_of_one_tile_is_redrawn_whole() -> None:
    assert [tile.box for tile in tiles_of(512, 256, 512)] == [(0, 0, 512, 256)]


def test_tiles_overlap_by_at_least_an_eighth() -> None:
    starts = sorted({tile.left for tile in tiles_of(2048, 512, 512)})
    assert all(after - before <= 512 * 7 // 8 for before, after in pairwise(starts))


def test_unchanged_tiles_give_the_same_image() -> None:
    image = a_gradient(320, 256)
    tiles = tiles_of(320, 256, 128)
    assert redrawn(image, tiles, lambda index, tile: tile).tobytes() == image.tobytes()


def test_the_border_between_different_tiles_is_gradual() -> None:
    image = Image.new("RGB", (224, 128))
    tiles = tiles_of(224, 128, 128)
    assert len(tiles) == 2

    def redraw(index: int, tile: Image.Image) -> Image.Image:
        return Image.new("RGB", tile.size, (255 * index,) * 3)

    row = np.asarray(redrawn(image, tiles, redraw), np.int64)[64, :, 0]
    assert (row[0], row[-1]) == (0, 255)
    assert np.diff(row).min() >= 0
    assert np.diff(row).max() <= 32


@pytest.mark.parametrize(
    ("size", "expected"), [((33, 17), (64, 64)), ((80, 66), (80, 80)), ((64, 96), (64, 96))]
)
def test_padding_repeats_the_border(size: tuple[int, int], expected: tuple[int, int]) -> None:
    image = a_gradient(*size)
    enlarged = padded(image, 64)
    assert enlarged.size == expected
    assert enlarged.crop((0, 0, *size)).tobytes() == image.tobytes()
    last = (size[0] - 1, size[1] - 1)
    assert enlarged.getpixel((expected[0] - 1, expected[1] - 1)) == image.getpixel(last)
