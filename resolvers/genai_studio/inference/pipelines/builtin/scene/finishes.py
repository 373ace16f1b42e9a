"""Finishes: effects on sprites and on the whole image."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from genai_studio.inference.pipelines.builtin.scene.layers import Floats
from genai_studio.inference.pipelines.builtin.scene.recolor import LUMA

SILHOUETTE: Final = (0.07, 0.07, 0.1)
SEPIA: Final = np.array([[0.16, 0.09, 0.04], [0.98, 0.91, 0.76]], np.float32)
COLORS: Final = 40


def silhouette(sprite: Floats) -> Floats:
    """Darken a premultiplied RGBA sprite to a silhouette."""
    alpha = sprite[..., 3:]
    dark = np.array(SILHOUETTE, np.float32)
    return np.concatenate([dark * alpha, alpha], -1)


def sticker(sprite: Floats) -> Floats:
    """Add a white border to a premultiplied RGBA sprite."""
    side = sprite.shape[0]
    reach = max(3, round(side * 0.05)) * 2 + 1
    mask = Image.fromarray((sprite[..., 3] * 255).astype(np.uint8))
    grown = mask.filter(ImageFilter.MaxFilter(reach)).filter(ImageFilter.GaussianBlur(side * 0.008))
    border = np.clip(np.asarray(grown, np.float32)[..., None] / 255 * 2 - 0.5, 0, 1)
    alpha = np.maximum(border, sprite[..., 3:])
    white = np.repeat(alpha * (1 - sprite[..., 3:]), 3, -1)
    return np.concatenate([sprite[..., :3] + white, alpha], -1).astype(np.float32)


def _luma(image: Image.Image) -> Floats:
    luma: Floats = np.asarray(image, np.float32) / 255 @ LUMA
    return luma


def _pixel_art(image: Image.Image) -> Image.Image:
    block = 8 if min(image.size) >= 384 else 4
    grid = (image.width // block, image.height // block)
    small = image.resize(grid, Image.Resampling.BOX)
    few = small.quantize(COLORS, dither=Image.Dither.NONE).convert("RGB")
    return few.resize(image.size, Image.Resampling.NEAREST)


def _monochrome(image: Image.Image) -> Image.Image:
    luma = np.clip((_luma(image) - 0.5) * 1.15 + 0.5, 0, 1)
    return Image.fromarray((luma * 255).astype(np.uint8)).convert("RGB")


def _sepia(image: Image.Image) -> Image.Image:
    luma = np.clip((_luma(image) - 0.5) * 0.9 + 0.5, 0, 1)[..., None]
    toned = SEPIA[0] + (SEPIA[1] - SEPIA[0]) * luma
    height, width = luma.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    distance = np.hypot(rows / height - 0.5, columns / width - 0.5)[..., None]
    toned = toned * (1 - 0.45 * np.clip(distance - 0.35, 0, 1))
    return Image.fromarray((np.clip(toned, 0, 1) * 255).astype(np.uint8))


def finish(image: Image.Image, name: str) -> Image.Image:
    """Apply a finish of `layers.FINISHES`. Finishes of sprites return the image unchanged."""
    filters = {"pixel art": _pixel_art, "monochrome": _monochrome, "sepia": _sepia}
    return filters[name](image) if name in filters else image
