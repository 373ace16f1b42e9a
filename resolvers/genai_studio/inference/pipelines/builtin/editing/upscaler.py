"""Double or quadruple the side of an image: Lanczos interpolation, corrected by a small network.

The network works tile by tile, so that large images need little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.scene.layers import Floats
from genai_studio.inference.pipelines.interface import IsCanceled, OnStep, SamplingCanceled, Step

Pixels = NDArray[np.uint8]

FACTORS: Final = (2, 4)
TILE: Final = 128
OVERLAP: Final = 16
"""Pixels around a tile that the network sees and that are not used: more than it can reach."""
NEIGHBORS: Final = 5
"""Side of the square in which contrast is measured."""
EVEN, EDGE = 0.04, 0.1
"""Contrast (0…1) up to which an area is even, and from which it has an edge."""
LARGEST: Final = 4096
"""Largest side of an upscaled image in pixels."""
PREVIEW_SIDE: Final = 256


class Upscaler:
    """Upscales images of any size by 2 or 4."""

    def __init__(self, weights: Weights) -> None:
        self._networks = {factor: weights.network(f"upscaler_x{factor}.onnx") for factor in FACTORS}

    def upscale(
        self, image: Image.Image, factor: int, on_step: OnStep, canceled: IsCanceled
    ) -> Image.Image:
        """Enlarge an RGB image. A step is one tile.

        Raises:
            SamplingCanceled: `canceled()` returned true before a tile.
            ValueError: The factor is not 2 or 4, or the result is too large.
        """
        if factor not in FACTORS:
            raise ValueError(f"`factor` must be 2 or 4, is {factor}.")
        if max(image.size) * factor > LARGEST:
            raise ValueError(
                f"The upscaled image must be at most {LARGEST} pixels on each side: `image` must "
                f"be at most {LARGEST // factor} pixels for a factor of {factor}."
            )
        pixels = np.asarray(image.convert("RGB"))
        height, width = pixels.shape[:2]
        # The network needs even sides.
        padding = ((OVERLAP, OVERLAP + height % 2), (OVERLAP, OVERLAP + width % 2), (0, 0))
        padded = np.pad(pixels, padding, mode="edge")
        size = (width * factor, height * factor)
        result = np.array(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
        edges = _edges(Image.fromarray(pixels), size)
        corners = list(product(range(0, height, TILE), range(0, width, TILE)))
        for number, (top, left) in enumerate(corners, start=1):
            if canceled():
                raise SamplingCanceled
            rows, columns = (
                slice(start * factor, (start + TILE) * factor) for start in (top, left)
            )
            if edges[rows, columns].any():
                part = result[rows, columns]
                missing = self._missing(padded, top, left, factor)
                missing = missing[: part.shape[0], : part.shape[1]] * edges[rows, columns, None]
                part[:] = np.clip(part + missing * 255, 0, 255).round().astype(np.uint8)
            on_step(Step(number, len(corners), _previewer(image)))
        return Image.fromarray(result)

    def _missing(self, padded: Pixels, top: int, left: int, factor: int) -> Floats:
        """Return what the interpolation of one tile misses."""
        side = TILE + 2 * OVERLAP
        seen = padded[top : top + side, left : left + side].astype(np.float32) / 255
        (found,) = self._networks[factor].run(None, {"rgb": np.moveaxis(seen, -1, 0)[None]})
        inner = slice(OVERLAP * factor, (OVERLAP + TILE) * factor)
        return np.moveaxis(np.asarray(found[0, :, inner, inner], np.float32), 0, -1)


def _edges(image: Image.Image, size: tuple[int, int]) -> Floats:
    """Return where an image has edges, H×W in 0…1, at a larger size.

    In even areas, interpolation is exact and the network would only add noise.
    """
    gray = image.convert("L")
    high, low = (
        np.asarray(gray.filter(pick(NEIGHBORS)), np.float32)
        for pick in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
    )
    contrast = Image.fromarray(high - low).resize(size, Image.Resampling.BILINEAR)
    return np.clip((np.asarray(contrast) / 255 - EVEN) / (EDGE - EVEN), 0, 1)


def _previewer(image: Image.Image) -> Callable[[], Image.Image]:
    def preview() -> Image.Image:
        small = image.convert("RGB")
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        return small

    return preview
