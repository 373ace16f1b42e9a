"""Find the details of a backdrop by drawing it: hue, horizon, hills, clouds.

A coordinate search at a small size. Differences are clipped, so that sprites in front of the
backdrop do not matter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene import finishes
from genai_studio.inference.pipelines.builtin.scene.backdrops import draw_backdrop
from genai_studio.inference.pipelines.builtin.scene.layers import COLORS, Floats, Scene

SIDE: Final = 40
"""Longer side of the small drawings."""
USED: Final = 6
"""Details that a backdrop uses directly. All of them seed what is scattered at random."""
COARSE: Final = (-1.2, -0.8, -0.4, 0.4, 0.8, 1.2)
FINE: Final = (-0.2, 0.2)
OUTLIER: Final = 0.15
IMAGE_FINISHES: Final = ("pixel art", "monochrome", "sepia")


def fitted(scene: Scene, image: Image.Image) -> Scene:
    """Return the scene with the details, and the color of a solid backdrop, that fit best.

    Args:
        scene: The encoded scene.
        image: The encoded image.
    """
    scale = SIDE / max(image.size)
    width, height = (max(8, round(side * scale)) for side in image.size)
    seen = np.asarray(image.resize((width, height), Image.Resampling.BOX), np.float32) / 255
    finish = scene.choice["finish"]

    def error(candidate: Scene) -> float:
        drawn = draw_backdrop(candidate, width, height)
        if finish in IMAGE_FINISHES[1:]:
            drawn = finishes.finish(drawn, finish)
        difference: Floats = np.abs(np.asarray(drawn, np.float32) / 255 - seen).max(-1)
        return float(np.minimum(difference, OUTLIER).mean())

    if scene.choice["place"] == "solid":
        colored = [
            replace(scene, choice={**scene.choice, "background color": color})
            for color in COLORS[1:]
        ]
        return min(colored, key=error)
    best = replace(scene, details=(0.0,) * len(scene.details))
    lowest = error(best)
    for steps, start in ((COARSE, True), (FINE, False)):
        for index in range(USED):
            own = best.details
            for step in steps:
                value = step if start else own[index] + step
                details = (*own[:index], value, *own[index + 1 :])
                candidate = replace(best, details=details)
                if (found := error(candidate)) < lowest:
                    best, lowest = candidate, found
    return best
