"""Upscale an image in overlapping tiles of the size that a model was trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]

STEP = 16
"""Sides of tiles are multiples of this number of pixels, which all supported models accept."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of an image, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom, as Pillow expects them."""
        return self.left, self.top, self.left + self.width, self.top + self.height


def tiles_of(width: int, height: int, side: int) -> list[Tile]:
    """Cover an image with tiles that overlap by at least an eighth of their side.

    Args:
        width: Width of the image, a multiple of `STEP`.
        height: Height of the image, a multiple of `STEP`.
        side: Largest side of a tile, a multiple of `STEP`.
    """
    across, down = min(side, width), min(side, height)
    return [
        Tile(left, top, across, down)
        for top in _starts(height, down)
        for left in _starts(width, across)
    ]


def padded(image: Image.Image, least: int) -> Image.Image:
    """Repeat the last row and column until each side is a multiple of `STEP` and not too small.

    Args:
        image: RGB image.
        least: Minimum side in pixels, a multiple of `STEP`.
    """
    width, height = (max(-(-side // STEP) * STEP, least) for side in image.size)
    pixels = np.asarray(image)
    missing = ((0, height - image.height), (0, width - image.width), (0, 0))
    return Image.fromarray(np.pad(pixels, missing, mode="edge"))


def redrawn(
    image: Image.Image, tiles: list[Tile], redraw: Callable[[int, Image.Image], Image.Image]
) -> Image.Image:
    """Redraw each tile and blend the overlaps.

    Args:
        image: RGB image.
        tiles: Tiles that cover the image.
        redraw: Receives the index of a tile and its pixels. Returns pixels of the same size.
    """
    if len(tiles) == 1:
        return redraw(0, image)
    total = np.zeros((image.height, image.width, 3), np.float32)
    weights = np.zeros((image.height, image.width, 1), np.float32)
    for index, tile in enumerate(tiles):
        pixels = np.asarray(redraw(index, image.crop(tile.box)), np.float32)
        weight = _weight(tile)
        left, top, right, bottom = tile.box
        total[top:bottom, left:right] += pixels * weight
        weights[top:bottom, left:right] += weight
    return Image.fromarray((total / weights).round().clip(0, 255).astype(np.uint8))


def _weight(tile: Tile) -> Floats:
    """Return weights that decrease toward the tile's borders, so that no seam is visible."""
    across, down = (
        np.minimum(np.arange(1, side + 1), np.arange(side, 0, -1)).astype(np.float32)
        for side in (tile.width, tile.height)
    )
    weight: Floats = np.minimum(down[:, None], across[None, :])[..., None]
    return weight


def _starts(length: int, side: int) -> Iterator[int]:
    """Distribute tiles evenly over a length."""
    if length <= side:
        return iter((0,))
    count = -(-(length - side) // (side - side // 8)) + 1
    return iter(round(index * (length - side) / (count - 1)) for index in range(count))
