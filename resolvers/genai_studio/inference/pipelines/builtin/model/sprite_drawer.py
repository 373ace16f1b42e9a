"""Decode a sprite from its code: decoder, principal components, sharpener, smoothing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from genai_studio.inference.pipelines.builtin.model.smoothing import smoothed
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

SIDE: Final = 64
LUMA: Final = SIDE * SIDE
FROM_YCC: Final = np.array(
    [[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]], np.float32
)
"""BT.601 luma and chroma to RGB."""


def unpacked(packed: np.ndarray[Any, Any], scales: np.ndarray[Any, Any]) -> Floats:
    """Unpack signed 4-bit numbers, two per byte, with one scale per block.

    Args:
        packed: Bytes, shape (rows, columns / 2).
        scales: Scales, shape (rows, blocks).

    Returns:
        Numbers, shape (rows, columns).
    """
    low = (packed & 15).astype(np.int8) - 8
    high = (packed >> 4).astype(np.int8) - 8
    numbers = np.stack([low, high], -1).reshape(packed.shape[0], scales.shape[1], -1)
    scaled = numbers.astype(np.float32) * scales.astype(np.float32)[..., None]
    return scaled.reshape(packed.shape[0], -1)


class SpriteDrawer:
    """Decodes codes (N×160) to premultiplied RGBA sprites (N×192×192×4, 0…1)."""

    def __init__(self, weights: Weights) -> None:
        stored = weights.arrays("sprite_basis.npz")
        leading = stored["leading"].astype(np.float32) * stored["leading_scales"][:, None]
        rest = unpacked(stored["rest"], stored["rest_scales"])
        self._basis = np.concatenate([leading.astype(np.float32), rest])
        self._mean = stored["mean"].astype(np.float32)
        self._decoder = weights.network("sprite_decoder.onnx")
        self._sharpener = weights.network("sharpener.onnx")

    def draw(self, codes: Floats) -> Floats:
        """Decode every code."""
        (sharp,) = self._sharpener.run(None, {"rgba": self.soft(codes), "codes": codes})
        sprites = np.clip(np.moveaxis(np.asarray(sharp, np.float32), 1, -1), 0, 1)
        return np.stack([smoothed(sprite) for sprite in sprites])

    def soft(self, codes: Floats) -> Floats:
        """Decode every code to a small, soft sprite, N×4×64×64."""
        (scores,) = self._decoder.run(None, {"codes": codes})
        return self._rgba(np.asarray(scores, np.float32) @ self._basis + self._mean)

    @staticmethod
    def _rgba(planes: Floats) -> Floats:
        """Convert planes (luma, alpha, half-size chroma) to N×4×64×64."""
        count, half = len(planes), SIDE // 2
        luma = planes[:, :LUMA].reshape(count, SIDE, SIDE)
        alpha = planes[:, LUMA : 2 * LUMA].reshape(count, SIDE, SIDE)
        chroma = planes[:, 2 * LUMA :].reshape(count, 2, half, half)
        full = _doubled(_doubled(chroma, 2), 3)
        ycc = np.stack([luma, full[:, 0], full[:, 1]], 1)
        rgb = np.einsum("ij,njhw->nihw", FROM_YCC, ycc)
        return np.concatenate([rgb, alpha[:, None]], 1).astype(np.float32)


def _doubled(values: Floats, axis: int) -> Floats:
    """Double the length of an axis by linear interpolation between sample centers."""
    moved = np.moveaxis(values, axis, -1)
    before = np.concatenate([moved[..., :1], moved[..., :-1]], -1)
    after = np.concatenate([moved[..., 1:], moved[..., -1:]], -1)
    pair = np.stack([0.75 * moved + 0.25 * before, 0.75 * moved + 0.25 * after], -1)
    return np.moveaxis(pair.reshape(*moved.shape[:-1], -1), -1, axis)
