"""Scores of edits with the released weights: encoder, edits, upscalers, whole names.

Writes `docs/models/builtin-edit-scores.md`. Everything uses held-out seeds, and the upscalers
see held-out drawings.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.editing.edit import composed
from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.sprite_match import SpriteMatcher
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.interface import EditSource

from ..data import sampled_layers
from ..data.drawings import Drawings
from ..data.rendered_scenes import ordered
from ..paths import MODEL_CARD_IMAGES
from ..text.captioner import Captioner
from . import edit_sheets
from .image_quality import psnr, ssim
from .released_edits import GUIDANCE, SIDE, STEPS, edit, ignore

SEED = 20261231
ENCODED = 40
STRENGTHS = (0.1, 0.3, 0.5, 0.75, 1.0)
SOURCES = (
    "a cat on the beach", "a castle at sunset", "a robot in the city", "a rocket in space",
)  # fmt: skip
PROMPTS = ("a fox", "a guitar")
PAIRS = (
    ("cat", "dog"), ("dog", "cat"), ("fox", "car"), ("bear", "bus"), ("cow", "horse"),
    ("bird", "rabbit"), ("drum", "guitar"), ("ghost", "star"), ("hot dog", "cat"),
    ("dog", "teddy bear"), ("fire engine", "dog"), ("pig", "tractor"),
)  # fmt: skip
ACCEPTED = {
    "car": {"automobile"}, "cat": {"cat", "cat face"}, "dog": {"dog", "dog face", "poodle"},
    "cow": {"cow", "cow face"}, "horse": {"horse", "horse face"}, "pig": {"pig", "pig face"},
    "rabbit": {"rabbit", "rabbit face"},
}  # fmt: skip
COMPARED = ("place", "light", "weather", "finish", "copies", "second")
DRAWN = 6
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "box": Image.Resampling.BOX}


@dataclass
class _Encodings:
    """What the encoder found, drawing by drawing."""

    decibels: list[float] = field(default_factory=list)
    similarity: list[float] = field(default_factory=list)
    unrelated: list[float] = field(default_factory=list)
    same_name: list[bool] = field(default_factory=list)
    x_errors: list[float] = field(default_factory=list)
    size_errors: list[float] = field(default_factory=list)
    choices: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))


def _encodings(weights: Weights) -> _Encodings:
    drawer, names = SpriteDrawer(weights), SpriteNames(weights)
    encoder = Encoder(weights, SpriteMatcher(drawer, names))
    samples = sampled_layers.load()[1]
    captioner = Captioner(np.random.default_rng(SEED))
    random = np.random.default_rng(SEED)
    found, previous = _Encodings(), None
    for _ in range(ENCODED):
        scene = ordered(captioner.example().scene)
        codes = samples.codes[random.integers(len(samples.codes), size=2)]
        source = composed(ddim.Sample(codes, layers.to_vector(scene)), drawer, SIDE, SIDE)
        encoded = encoder.encode(source)
        again = composed(encoded, drawer, SIDE, SIDE)
        found.decibels.append(psnr(source, again))
        found.similarity.append(ssim(source, again))
        if previous is not None:
            found.unrelated.append(psnr(source, previous))
        previous = source
        other = layers.from_vector(encoded.scene)
        shown = 2 if scene.choice["second"] == "present" else 1
        if scene.choice["finish"] != "silhouette":
            true, seen = names.of(codes[:shown]), names.of(encoded.sprites[:shown])
            found.same_name += [a == b for a, b in zip(true, seen, strict=True)]
        for name in COMPARED:
            found.choices[name].append(scene.choice[name] == other.choice[name])
        found.x_errors.append(abs(scene.first.x - other.first.x))
        found.size_errors.append(abs(scene.first.size - other.first.size))
    return found


def encoder_scores(weights: Weights) -> list[str]:
    """Encode drawings of held-out samples, draw them again and compare."""
    found = _encodings(weights)
    low, middle, high = np.percentile(found.decibels, (10, 50, 90))
    errors = f"{np.median(found.x_errors):.3f} and {np.median(found.size_errors):.3f}"
    rows = [
        ("PSNR of the source drawn again, median", f"{middle:.1f} dB"),
        ("the same, 10th and 90th percentile", f"{low:.1f} and {high:.1f} dB"),
        ("PSNR of another drawing, median", f"{np.median(found.unrelated):.1f} dB"),
        ("SSIM of the source drawn again, median", f"{np.median(found.similarity):.3f}"),
        ("the sprite has the same name", f"{np.mean(found.same_name):.0%}"),
        ("median error of x and of size, in image sides", errors),
    ]
    rows += [(f"the same {name}", f"{np.mean(hits):.0%}") for name, hits in found.choices.items()]
    return ["| encoder | value |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)]


def strength_scores(model: BuiltinPipeline, names: SpriteNames) -> list[str]:
    """Return similarity to the source, and to the prompt, by strength."""
    lines = [
        "| strength | PSNR to the source, same prompt (vary) | PSNR, another object |"
        " shows the other object | keeps the place |",
        "| --- | --- | --- | --- | --- |",
    ]
    sources = [(prompt, *edit(model, prompt, 11)) for prompt in SOURCES]
    for strength in STRENGTHS:
        vary, changed, shows, keeps = [], [], [], []
        for (prompt, sample, image), seed in itertools.product(sources, (21,)):
            same = edit(model, prompt, seed, EditSource(image, None, strength))[1]
            vary.append(psnr(image, same))
            place = layers.from_vector(sample.scene).choice["place"]
            for asked in PROMPTS:
                found, result = edit(model, asked, seed, EditSource(image, None, strength))
                changed.append(psnr(image, result))
                shows.append(names.of(found.sprites[:1])[0].endswith(asked.split()[-1]))
                keeps.append(layers.from_vector(found.scene).choice["place"] == place)
        lines.append(
            f"| {strength} | {np.mean(vary):.1f} dB | {np.mean(changed):.1f} dB |"
            f" {np.mean(shows):.0%} | {np.mean(keeps):.0%} |"
        )
    return lines


def upscaler_scores(model: BuiltinPipeline) -> list[str]:
    """Compare the upscalers with Lanczos on held-out drawings."""
    lines = [
        "| drawings | reduced by | factor | PSNR, Lanczos | PSNR, network |"
        " SSIM, Lanczos | SSIM, network |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for family in ("flat", "3d", "noto"):
        drawings = Drawings(family, held_out=True, most=40)
        scenes = [drawings.scene(100_000 + number) for number in range(DRAWN)]
        for (name, method), factor in itertools.product(FILTERS.items(), (2, 4)):
            results = []
            for scene in scenes:
                small = scene.resize((scene.width // factor, scene.height // factor), method)
                plain = small.resize(scene.size, Image.Resampling.LANCZOS)
                sharp = model.upscale(small, factor, None, ignore, lambda: False)
                results.append(
                    (psnr(scene, plain), psnr(scene, sharp), ssim(scene, plain), ssim(scene, sharp))
                )
            plain_db, sharp_db, plain_ssim, sharp_ssim = np.mean(results, 0)
            lines.append(
                f"| {family} | {name} | ×{factor} | {plain_db:.2f} dB | **{sharp_db:.2f} dB** |"
                f" {plain_ssim:.4f} | **{sharp_ssim:.4f}** |"
            )
    return lines


def whole_name_scores(model: BuiltinPipeline, names: SpriteNames) -> list[str]:
    """Count the objects of two-object prompts that have the right name."""
    lines = ["| prompt | both objects right | of seeds |", "| --- | --- | --- |"]
    total: list[bool] = []
    for first, second in PAIRS:
        right = []
        for seed in range(1, 5):
            sample, _ = edit(model, f"a {first} and a {second}", seed, side=64)
            found = names.of(sample.sprites)
            right.append(
                found[0] in ACCEPTED.get(first, {first})
                and found[1] in ACCEPTED.get(second, {second})
            )
        total += right
        lines.append(f"| a {first} and a {second} | {sum(right)} | {len(right)} |")
    return [*lines, f"| all | {sum(total)} | {len(total)} |"]


def evaluate() -> None:
    """Write every table. Takes about ten minutes on one core."""
    torch.set_num_threads(1)
    model, weights = BuiltinPipeline.load(), Weights()
    names = SpriteNames(weights)
    sections: dict[str, Callable[[], list[str]]] = {
        "Encoder": lambda: encoder_scores(weights),
        "Image-to-image": lambda: strength_scores(model, names),
        "Upscaling": lambda: upscaler_scores(model),
        "Two objects": lambda: whole_name_scores(model, names),
    }
    text = [
        "# Scores of the built-in model's edits",
        "",
        "Written by `python -m builtin_model evaluate-edits` in `infra/builtin-model`: weights"
        f" version {model.version}, {STEPS} steps, guidance {GUIDANCE}, {SIDE} px.",
    ]
    for title, score in sections.items():
        lines = score()
        print("\n".join(lines), flush=True)
        text += ["", f"## {title}", "", *lines]
    (MODEL_CARD_IMAGES / "builtin-edit-scores.md").write_text("\n".join(text) + "\n")
    edit_sheets.write_all(model)
