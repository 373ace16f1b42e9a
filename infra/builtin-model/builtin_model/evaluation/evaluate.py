"""Evaluation of the released weights on the held-out prompts, with the product's pipeline.

Writes the tables to `docs/models/builtin-scores.md` and the contact sheets next to it. Every
number in the model card comes from here or from `benchmarks/builtin_model.py`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene import layers

from ..data import concepts
from ..paths import MODEL_CARD_IMAGES
from . import backgrounds, contact_sheet, held_out_prompts
from .ceiling import TrueDrawings
from .held_out_prompts import HeldOutPrompt
from .judge import judge
from .released_model import GUIDANCE, SIDE, STEPS, ReleasedModel
from .scorer import Scorer

SEEDS = (1, 2)
TARGETS = {"known label": 0.95, "color × object": 0.80, "object × place": 0.70}
GUIDANCES = (1.0, 2.5, 4.0, 7.5, 12.0)
STEP_COUNTS = (2, 5, 10, 20, 50)

Images = dict[tuple[str, int], Image.Image]


def percentage(values: list[bool]) -> str:
    """Format the share of true values, such as "87 %", or a dash if there are none."""
    return f"{100 * sum(values) / len(values):.0f} %" if values else "–"


def generated(model: ReleasedModel, held_out: list[HeldOutPrompt]) -> Images:
    """Generate an image for every prompt and seed."""
    images = {}
    for index, prompt in enumerate(held_out):
        for seed in SEEDS:
            images[prompt.prompt, seed] = model.generate(prompt.prompt, seed)
        if index % 20 == 0:
            print(f"generated {index} of {len(held_out)} prompts", flush=True)
    return images


def by_kind(scorer: Scorer, held_out: list[HeldOutPrompt], images: Images) -> list[str]:
    """Return the main table: scores by kind of prompt, with the scorer's ceiling."""
    true_drawings = TrueDrawings()
    rows: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for prompt in held_out:
        true_verdicts = [
            judge(scorer, prompt, true_drawings.image(prompt, family)) for family in ("flat", "3d")
        ]
        row = rows[prompt.kind]
        row["ceiling"] += [verdict.passed for verdict in true_verdicts]
        for seed in SEEDS:
            verdict = judge(scorer, prompt, images[prompt.prompt, seed])
            row["passed"].append(verdict.passed)
            row["objects"].append(verdict.objects)
            row["first"].append(verdict.top_answer)
            for name in ("color", "place", "style"):
                if getattr(prompt, name):
                    row[name].append(getattr(verdict, name))
            if any(verdict.passed for verdict in true_verdicts):
                row["scorable"].append(verdict.passed)
            if not verdict.passed:
                print(f"  missed: {prompt.kind}: {prompt.prompt} (seed {seed})", flush=True)
    lines = [
        "| kind | images | passed | target | where the scorer passes a true drawing |"
        " object in first 5 | object first | color | place | style | true drawings pass |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind, row in rows.items():
        target = f"{TARGETS[kind]:.0%}".replace("%", " %") if kind in TARGETS else ""
        lines.append(
            f"| {kind} | {len(row['passed'])} | **{percentage(row['passed'])}** | {target} | "
            + " | ".join(
                percentage(row[name])
                for name in ("scorable", "objects", "first", "color", "place", "style", "ceiling")
            )
            + " |"
        )
    return lines


def place_rules(model: ReleasedModel) -> list[str]:
    """Return how often each place rule accepts its own place, other places and no place."""
    images = {
        place: [model.generate(f"an elephant {words}", seed) for seed in range(3)]
        for place, words in {
            "": "", "beach": "on the shore", "snow": "on a snowy field", "night": "at midnight",
            "space": "in the cosmos", "sunset": "at dusk", "meadow": "in a grassy field",
            "underwater": "on the sea floor", "ocean": "on a lake", "desert": "on the dunes",
            "forest": "among the trees", "city": "downtown",
        }.items()
    }  # fmt: skip
    pixels = {
        place: [np.asarray(image, np.float32) / 255 for image in group]
        for place, group in images.items()
    }
    lines = ["| place | accepts its own images | accepts all others |", "| --- | --- | --- |"]
    for place in backgrounds.PLACES:
        own = [backgrounds.place_is(p, place) for p in pixels[place]]
        other = [
            backgrounds.place_is(p, place)
            for name, group in pixels.items()
            if name != place
            for p in group
        ]
        lines.append(f"| {place} | {percentage(own)} | {percentage(other)} |")
    return lines


def seed_differences(model: ReleasedModel, held_out: list[HeldOutPrompt]) -> list[str]:
    """Return the root mean square pixel difference between seeds and between prompts."""
    chosen = held_out[::6]
    images = {
        p.prompt: [np.asarray(model.generate(p.prompt, s), np.float32) / 255 for s in range(4)]
        for p in chosen
    }

    def distance(first: np.ndarray, second: np.ndarray) -> float:
        return float(np.sqrt(((first - second) ** 2).mean()))

    within = [
        distance(a, b) for group in images.values() for a, b in itertools.combinations(group, 2)
    ]
    groups = list(images.values())
    between = [distance(a[0], b[0]) for a, b in itertools.combinations(groups, 2)]
    return [
        "| | median | minimum |",
        "| --- | --- | --- |",
        f"| the same prompt, another seed | {np.median(within):.3f} | {min(within):.3f} |",
        f"| another prompt, the same seed | {np.median(between):.3f} | {min(between):.3f} |",
    ]


def settings(model: ReleasedModel, scorer: Scorer, held_out: list[HeldOutPrompt]) -> list[str]:
    """Return the score of a fifth of the prompts by guidance scale and by step count."""
    chosen = held_out[1::5]

    def passed(steps: int, guidance: float) -> str:
        return percentage(
            [judge(scorer, p, model.generate(p.prompt, 3, steps, guidance)).passed for p in chosen]
        )

    lines = ["| guidance scale (20 steps) | passed |", "| --- | --- |"]
    lines += [f"| {scale} | {passed(STEPS, scale)} |" for scale in GUIDANCES]
    lines += ["", f"| steps (guidance {GUIDANCE}) | passed |", "| --- | --- |"]
    lines += [f"| {count} | {passed(count, GUIDANCE)} |" for count in STEP_COUNTS]
    return lines


def evaluate() -> None:
    """Run the whole evaluation. Takes about ten minutes on two cores."""
    model, scorer, held_out = ReleasedModel(), Scorer(), held_out_prompts.load()
    images = generated(model, held_out)
    sections = {
        "By kind of prompt": by_kind(scorer, held_out, images),
        "The place rules": place_rules(model),
        "Seeds": seed_differences(model, held_out),
        "Guidance and steps": settings(model, scorer, held_out),
    }
    text = [
        "# Scores of the built-in model",
        "",
        "Written by `make evaluate` in `infra/builtin-model`:"
        f" weights version {model.pipeline.version}, {len(held_out)} held-out prompts,"
        f" seeds {SEEDS}, {STEPS} steps, guidance {GUIDANCE}, {SIDE} px;"
        f" {len(concepts.trainable())} concepts,"
        f" {layers.SCENE} + 2 × {layers.CODE} numbers per sample.",
    ]
    for title, lines in sections.items():
        text += ["", f"## {title}", "", *lines]
    MODEL_CARD_IMAGES.mkdir(parents=True, exist_ok=True)
    (MODEL_CARD_IMAGES / "builtin-scores.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))
    contact_sheet.write_all(model)
