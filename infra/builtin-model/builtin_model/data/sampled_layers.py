"""Layers sampled from the released denoisers, as training data of the encoder.

The encoder must invert what the model draws. Its training sprites are therefore codes that
the released weights sample from training captions, not the codes of the training drawings.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.text_encoder import TextEncoder
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.scene import layers

from ..paths import SAMPLED
from ..text.captioner import Captioner

COUNT = 4500
HELD_OUT = 500
"""The last captions and their samples are held out: no network is trained on them."""
STEPS = 8
GUIDANCES = (1.0, 2.5, 4.0)
CHUNK = 60
SPRITE = 96
SEED = 20261130


@dataclass(frozen=True)
class SampledLayers:
    """Samples of the released model.

    Attributes:
        codes: Code of the first sprite, N×`layers.CODE`.
        scenes: Scene vectors, N×`layers.SCENE`.
        sprites: The first sprite as premultiplied RGBA, N×`SPRITE`×`SPRITE`×4, uint8.
        captions: The captions.
    """

    codes: np.ndarray
    scenes: np.ndarray
    sprites: np.ndarray
    captions: list[str]


def _sampled(
    networks: tuple[Any, Any], texts: np.ndarray, empty: np.ndarray, guidance: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sample codes and scenes for encoded captions (N×layers×width), all at once."""
    sprites, scenes = networks
    random, count = np.random.default_rng(seed), len(texts)
    code = random.standard_normal((count, layers.CODE), np.float32)
    scene = random.standard_normal((count, layers.SCENE), np.float32)
    both = np.concatenate([texts, np.repeat(empty[None], count, 0)])
    path = ddim.angles(STEPS)
    clean_code, clean_scene = code, scene
    for now, following in pairwise(path):
        level = np.full(2 * count, ddim.noise_level(now), np.float32)
        (found,) = scenes.run(
            None,
            {
                "noisy": np.tile(scene, (2, 1)),
                "level": level,
                "text": both[:, 2:].reshape(2 * count, -1),
            },
        )
        clean_scene = ddim.guided_scene(found[:count], found[count:], guidance)
        solid = np.tile(clean_scene[:, layers.SOLIDITY, None], (2, 1)).astype(np.float32)
        (found,) = sprites.run(
            None,
            {
                "noisy": np.tile(code, (2, 1)),
                "level": level,
                "text": np.ascontiguousarray(both[:, 0]),
                "solidity": solid,
            },
        )
        scale = ddim.sprite_scale(guidance, float(level[0]))
        clean_code = ddim.guided_codes(found[:count], found[count:], scale)
        code = ddim.advance(code, clean_code, now, following)
        scene = ddim.advance(scene, clean_scene, now, following)
    return clean_code, clean_scene


def sample(count: int = COUNT) -> None:
    """Write `SAMPLED`. Skips the work if the file exists."""
    if SAMPLED.exists():
        return
    SAMPLED.parent.mkdir(parents=True, exist_ok=True)
    weights = Weights()
    encoder, drawer = TextEncoder(weights, {}), SpriteDrawer(weights)
    networks = weights.network("sprite_denoiser.onnx"), weights.network("scene_denoiser.onnx")
    captioner = Captioner(np.random.default_rng(SEED))
    captions = [captioner.example().caption for _ in range(count)]
    (empty,) = encoder.encode([""])
    codes, scenes, sprites = [], [], []
    for at in range(0, count, CHUNK):
        texts = encoder.encode(captions[at : at + CHUNK])
        guidance = GUIDANCES[at // CHUNK % len(GUIDANCES)]
        code, scene = _sampled(networks, texts, empty, guidance, SEED + at)
        codes.append(code)
        scenes.append(scene)
        for drawn in drawer.draw(code):
            shape = (SPRITE, 2, SPRITE, 2, 4)
            half = np.clip(drawn, 0, 1).reshape(shape).mean((1, 3))
            sprites.append((half * 255).round().astype(np.uint8))
        print(f"sampled {at + len(texts)}/{count}", flush=True)
    with SAMPLED.with_suffix(".new").open("wb") as target:
        np.savez(
            target,
            codes=np.concatenate(codes),
            scenes=np.concatenate(scenes),
            sprites=np.stack(sprites),
            captions=np.array(captions),
        )
    SAMPLED.with_suffix(".new").replace(SAMPLED)


def load() -> tuple[SampledLayers, SampledLayers]:
    """Return the samples for training and the held-out samples."""
    with np.load(SAMPLED) as stored:
        arrays = {name: stored[name] for name in ("codes", "scenes", "sprites")}
        captions = [str(caption) for caption in stored["captions"]]
    cut = len(captions) - HELD_OUT
    return (
        SampledLayers(**{n: a[:cut] for n, a in arrays.items()}, captions=captions[:cut]),
        SampledLayers(**{n: a[cut:] for n, a in arrays.items()}, captions=captions[cut:]),
    )
