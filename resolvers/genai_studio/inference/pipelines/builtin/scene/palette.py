"""Named colors: a dark, a middle and a light sRGB value (0…255) each."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from genai_studio.inference.pipelines.builtin.scene.layers import Floats

Rgb: TypeAlias = tuple[int, int, int]

RAMPS: Final[dict[str, tuple[Rgb, Rgb, Rgb]]] = {
    "red": ((112, 6, 28), (226, 38, 46), (255, 150, 140)),
    "orange": ((150, 62, 0), (248, 132, 22), (255, 200, 120)),
    "yellow": ((176, 116, 0), (252, 206, 32), (255, 240, 140)),
    "green": ((8, 84, 38), (46, 168, 70), (160, 228, 130)),
    "teal": ((0, 80, 92), (20, 168, 174), (150, 234, 226)),
    "blue": ((14, 36, 124), (34, 108, 226), (140, 196, 255)),
    "purple": ((62, 16, 112), (136, 62, 206), (208, 160, 248)),
    "pink": ((152, 20, 96), (244, 92, 164), (255, 184, 216)),
    "brown": ((60, 30, 14), (132, 78, 42), (206, 158, 114)),
    "black": ((8, 8, 12), (34, 34, 40), (104, 104, 116)),
    "white": ((150, 156, 170), (236, 238, 244), (255, 255, 255)),
    "gray": ((70, 74, 82), (142, 147, 156), (214, 218, 224)),
}


def ramp(color: str) -> Floats:
    """Return the dark, middle and light value of a named color, 3×3 in 0…1."""
    return np.array(RAMPS[color], np.float32) / 255


def middle(color: str) -> Rgb:
    """Return the middle value of a named color."""
    return RAMPS[color][1]
