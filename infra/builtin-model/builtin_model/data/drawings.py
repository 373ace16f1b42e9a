"""Sharp drawings of scenes, as training data of the upscaler.

The sprites are the true Fluent drawings: the flat ones rendered from SVG at `SIDE` pixels, the
3D ones at their original 256 pixels. The runtime's compositor puts them into scenes that are
larger than the model's own sprites, so that their edges are sharp. Concepts are divided into
training and held-out concepts. The drawings of Noto (Apache-2.0), a family that no network of
the product has seen, are for evaluation only.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator

import numpy as np
import resvg_py
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene.compositor import Canvas

from ..text.captioner import Captioner
from . import concepts
from .packages import folder
from .sprites import ICONIFY, centered

SIDE = 288
SCENE_SIDES = (256, 320, 384)
HELD_OUT_EVERY = 8
"""Every eighth drawing of a family is held out."""
SEED = 20261203

Drawing = np.ndarray
"""Premultiplied RGBA, S×S×4 in 0…1."""


def _vector(family: str) -> Iterator[Image.Image]:
    """Render the drawings of an Iconify family, in the order of its file."""
    icons = json.loads((folder(ICONIFY[family]) / "icons.json").read_text())
    width, height = icons.get("width", 16), icons.get("height", 16)
    for icon in icons["icons"].values():
        box = f"0 0 {icon.get('width', width)} {icon.get('height', height)}"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="{box}" width="{SIDE}" height="{SIDE}">{icon["body"]}</svg>'
        )
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE))
        yield Image.open(io.BytesIO(png)).convert("RGBA")


def _solid() -> Iterator[Image.Image]:
    known = {c.code for c in concepts.load()}
    for path in sorted((folder("@lobehub/fluent-emoji-3d") / "assets").glob("*.webp")):
        if concepts.without_selector(path.stem) in known:
            yield Image.open(path).convert("RGBA")


def _premultiplied(image: Image.Image) -> Drawing | None:
    square = centered(image, SIDE)
    if square is None:
        return None
    straight = np.asarray(square, np.float32) / 255
    return np.concatenate([straight[..., :3] * straight[..., 3:], straight[..., 3:]], -1)


class Drawings:
    """Scenes of the drawings of one family.

    Args:
        family: "flat", "3d" or "noto".
        held_out: Whether to use the held-out drawings or the others.
        most: Largest number of drawings.
    """

    def __init__(self, family: str, held_out: bool, most: int = 10_000) -> None:
        self._images = _chosen(family, held_out, most)

    def scene(self, number: int) -> Image.Image:
        """Draw the scene of a number. The same number always gives the same scene."""
        random = np.random.default_rng([SEED, number])
        scene = Captioner(random).example().scene
        first, second = random.integers(len(self._images), size=2)
        side = SCENE_SIDES[int(random.integers(len(SCENE_SIDES)))]
        canvas = Canvas(scene, side, side)
        drawn = [self._images[i].astype(np.float32) / 255 for i in (first, second)]
        canvas.draw(drawn[0], drawn[1])
        return canvas.finished()


@functools.cache
def _chosen(family: str, held_out: bool, most: int) -> list[np.ndarray]:
    chosen: list[np.ndarray] = []
    for place, image in enumerate(_solid() if family == "3d" else _vector(family)):
        if (place % HELD_OUT_EVERY == 0) != held_out:
            continue
        if (drawing := _premultiplied(image)) is not None:
            chosen.append((drawing * 255).round().astype(np.uint8))
        if len(chosen) == most:
            break
    return chosen
