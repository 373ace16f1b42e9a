"""Rendered scenes, as training data of the encoder.

Scenes come from the captioner, sprites from the released model (`sampled_layers`), and the
runtime's compositor draws them. Each scene gives one small image of the whole, and a window
around each sprite.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.model.encoder import REACH, WHOLE, window
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import Canvas

from ..paths import SCENES
from ..text.captioner import Captioner
from . import sampled_layers
from .sampled_layers import SampledLayers

TRAINING, HELD_OUT = 3800, 700
PARTS = 2
"""The training scenes are rendered in parts of `TRAINING`."""
SHARP, WINDOW = 64, 80
"""Sides of the part of a stored window that the encoder sees, reduced, and of the window."""
TWO = 0.25
"""Share of scenes that are drawn again until they have two objects."""
SEED = 20261201


@dataclass(frozen=True)
class RenderedScenes:
    """Rendered scenes and what they show.

    Attributes:
        wholes: Images, N×`WHOLE`×`WHOLE`×3, uint8.
        aspects: Logarithm of width / height, N.
        scenes: Scene vectors, N×`layers.SCENE`.
        heights: Center of each sprite, in image heights from the top, N×2. 0 if absent.
        windows: Windows around sprites, M×`WINDOW`×`WINDOW`×3, uint8.
        sprites: Row of each window's sprite in the samples, M.
        owners: Row of each window's scene, M.
        places: 0 if a window shows the first sprite, 1 for the second, M.
    """

    wholes: np.ndarray
    aspects: np.ndarray
    scenes: np.ndarray
    heights: np.ndarray
    windows: np.ndarray
    sprites: np.ndarray
    owners: np.ndarray
    places: np.ndarray


def ordered(scene: layers.Scene) -> layers.Scene:
    """Return the scene with the left, or else the upper, sprite first.

    The order of two sprites cannot be seen. The encoder needs one.
    """
    first, second = scene.first, scene.second
    if scene.choice["second"] == "absent":
        return scene
    apart = second.x - first.x
    swapped = apart < 0 if abs(apart) > 0.2 else second.y < first.y
    if not swapped:
        return scene
    choice = dict(scene.choice)
    for name in ("color", "mirrored"):
        choice[f"first {name}"] = scene.choice[f"second {name}"]
        choice[f"second {name}"] = scene.choice[f"first {name}"]
    return dataclasses.replace(scene, choice=choice, first=second, second=first)


def _size(random: np.random.Generator) -> tuple[int, int]:
    """Return a random width and height. Half of the images are squares."""
    short = int(random.integers(15, 21)) * 8
    if random.random() < 0.5:
        return short, short
    long = int(round(short * random.uniform(1, 1.9) / 8) * 8)
    return (short, long) if random.random() < 0.5 else (long, short)


def _rendered(samples: SampledLayers, count: int, seed: int) -> RenderedScenes:
    random = np.random.default_rng(seed)
    captioner = Captioner(random)
    wholes, aspects, scenes, heights = [], [], [], np.zeros((count, 2), np.float32)
    windows, sprites, owners, places = [], [], [], []
    for row in range(count):
        scene = captioner.example().scene
        while random.random() < TWO and scene.choice["second"] == "absent":
            scene = captioner.example().scene
        scene = ordered(scene)
        chosen = random.integers(len(samples.codes), size=2)
        drawn = samples.sprites[chosen].astype(np.float32) / 255
        width, height = _size(random)
        canvas = Canvas(scene, width, height)
        boxes = canvas.draw(drawn[0], drawn[1])
        image = canvas.finished()
        wholes.append(np.asarray(image.resize((WHOLE, WHOLE), Image.Resampling.BOX)))
        aspects.append(math.log(width / height))
        scenes.append(layers.to_vector(scene))
        shown = 2 if scene.choice["second"] == "present" else 1
        for place in range(shown):
            heights[row, place] = boxes[place].y / height
            cut = window(image, boxes[place], REACH * WINDOW / SHARP, WINDOW)
            windows.append(np.asarray(cut))
            sprites.append(chosen[place])
            owners.append(row)
            places.append(place)
        if row % 500 == 0:
            print(f"rendered {row}/{count}", flush=True)
    return RenderedScenes(
        np.stack(wholes), np.array(aspects, np.float32), np.stack(scenes), heights,
        np.stack(windows), np.array(sprites), np.array(owners), np.array(places),
    )  # fmt: skip


def render(parts: tuple[int, ...] = tuple(range(PARTS))) -> None:
    """Write the scenes to `SCENES`. Skips what exists."""
    training, held_out = sampled_layers.load()
    jobs = [("held-out", held_out, HELD_OUT, SEED - 1)]
    jobs += [(f"training-{part}", training, TRAINING, SEED + part) for part in parts]
    for name, samples, count, seed in jobs:
        target = SCENES / f"{name}.npz"
        if target.exists():
            continue
        SCENES.mkdir(parents=True, exist_ok=True)
        found = _rendered(samples, count, seed)
        with target.with_suffix(".new").open("wb") as file:
            np.savez(file, **dataclasses.asdict(found))
        target.with_suffix(".new").replace(target)


def _stored(name: str) -> dict[str, np.ndarray]:
    with np.load(SCENES / f"{name}.npz") as stored:
        return {key: stored[key] for key in stored.files}


def held_out() -> RenderedScenes:
    """Return the held-out scenes, of held-out sprites."""
    return RenderedScenes(**_stored("held-out"))


def training() -> RenderedScenes:
    """Return the training scenes."""
    parts = [_stored(f"training-{part}") for part in range(PARTS)]
    for number, part in enumerate(parts):
        part["owners"] = part["owners"] + number * TRAINING
    return RenderedScenes(**{key: np.concatenate([p[key] for p in parts]) for key in parts[0]})
