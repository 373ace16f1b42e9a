"""Draw weather in front of the scene: rain, snow, confetti, hearts."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from genai_studio.inference.pipelines.builtin.scene.brush import OVERSAMPLING
from genai_studio.inference.pipelines.builtin.scene.layers import Scene
from genai_studio.inference.pipelines.builtin.scene.palette import Rgb

CONFETTI: Final[tuple[Rgb, ...]] = (
    (236, 64, 80), (252, 190, 40), (64, 176, 90), (52, 132, 236), (160, 84, 214), (250, 120, 176),
)  # fmt: skip


def _heart(x: float, y: float, size: float) -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi, 40)
    across = 16 * np.sin(turn) ** 3
    down = -(13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn))
    return [
        (float(x + a * size / 17), float(y + d * size / 17))
        for a, d in zip(across, down, strict=True)
    ]


def add_weather(image: Image.Image, scene: Scene) -> Image.Image:
    """Draw the scene's weather on top of an RGB image."""
    kind = scene.choice["weather"]
    if kind == "clear":
        return image
    width, height = image.width * OVERSAMPLING, image.height * OVERSAMPLING
    unit = min(width, height)
    random = np.random.default_rng([round(abs(detail) * 4096) for detail in scene.details])
    layer = Image.new("RGBA", (width, height), (90, 110, 140, 60) if kind == "rain" else 0)
    draw = ImageDraw.Draw(layer)
    for place in random.random((64, 3)):
        x, y, extra = float(place[0]) * width, float(place[1]) * height, float(place[2])
        if kind == "rain":
            long = (0.05 + 0.05 * extra) * unit
            end = (x - 0.25 * long, y + long)
            draw.line(((x, y), end), fill=(196, 224, 250, 190), width=max(1, unit // 150))
        elif kind == "snowfall":
            r = (0.005 + 0.009 * extra) * unit
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255, 235))
        elif kind == "confetti":
            long, turn = 0.016 * unit, extra * 6.28
            along = np.array([np.cos(turn), np.sin(turn)]) * long
            aside = np.array([-along[1], along[0]]) * 0.5
            corners = [along + aside, along - aside, -along - aside, -along + aside]
            points = [(x + float(c[0]), y + float(c[1])) for c in corners]
            draw.polygon(points, fill=(*CONFETTI[int(extra * 997) % len(CONFETTI)], 255))
        elif extra < 0.3 and not (0.3 < x / width < 0.7 and 0.3 < y / height < 0.7):
            draw.polygon(_heart(x, y, (0.02 + 0.08 * extra) * unit), fill=(240, 60, 110, 235))
    base = image.convert("RGBA")
    return Image.alpha_composite(base, layer.reduce(OVERSAMPLING)).convert("RGB")
