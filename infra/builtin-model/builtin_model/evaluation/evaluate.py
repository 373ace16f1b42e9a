"""Scores the released weights on the held-out prompts, through the product's own pipeline.

Writes the scores as a table to `docs/models/builtin-scores.md` and the contact sheets
beside it. Every figure of the model card comes from here or from
`benchmarks/builtin_model.py`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.builtin.scene import layers

from .. import concepts
from ..paths import MODEL_CARD_PICTURES
from . import backgrounds, contact_sheet, prompts
from .ceiling import TrueDrawings
from .judge import judge
from .prompts import HeldOutPrompt
from .scorer import Scorer
from .studio import GUIDANCE, SIDE, STEPS, Studio

SEEDS = (1, 2)
TARGETS = {"known label": 0.95, "colour × object": 0.80, "object × place": 0.70}
GUIDANCES = (1.0, 2.5, 4.0, 7.5, 12.0)
STEP_COUNTS = (2, 5, 10, 20, 50)


Pictures = dict[tuple[str, int], Image.Image]


def share(values: list[bool]) -> str:
    """'87 %' of true values, or a dash."""
    return f"{100 * sum(values) / len(values):.0f} %" if values else "–"


def drawn(studio: Studio, held_out: list[HeldOutPrompt]) -> Pictures:
    """A picture for every prompt and seed."""
    pictures = {}
    for index, prompt in enumerate(held_out):
        for seed in SEEDS:
            pictures[prompt.prompt, seed] = studio.draw(prompt.prompt, seed)
        if index % 20 == 0:
            print(f"drawn {index} of {len(held_out)} prompts", flush=True)
    return pictures


def by_kind(scorer: Scorer, held_out: list[HeldOutPrompt], pictures: Pictures) -> list[str]:
    """The main table: scores by kind of prompt, beside the scorer's own ceiling."""
    truth = TrueDrawings()
    rows: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for prompt in held_out:
        true = [judge(scorer, prompt, truth.picture(prompt, family)) for family in ("flat", "3d")]
        row = rows[prompt.kind]
        row["ceiling"] += [verdict.passed for verdict in true]
        for seed in SEEDS:
            verdict = judge(scorer, prompt, pictures[prompt.prompt, seed])
            row["passed"].append(verdict.passed)
            row["objects"].append(verdict.objects)
            row["first"].append(verdict.first_place)
            for name in ("colour", "place", "style"):
                if getattr(prompt, name):
                    row[name].append(getattr(verdict, name))
            if any(verdict.passed for verdict in true):
                row["fair"].append(verdict.passed)
            if not verdict.passed:
                print(f"  missed: {prompt.kind}: {prompt.prompt} (seed {seed})", flush=True)
    lines = [
        "| kind | pictures | passed | target | where the scorer passes a true drawing |"
        " object in first 5 | object first | colour | place | style | true drawings pass |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind, row in rows.items():
        target = f"{TARGETS[kind]:.0%}".replace("%", " %") if kind in TARGETS else ""
        lines.append(
            f"| {kind} | {len(row['passed'])} | **{share(row['passed'])}** | {target} | "
            + " | ".join(
                share(row[name])
                for name in ("fair", "objects", "first", "colour", "place", "style", "ceiling")
            )
            + " |"
        )
    return lines


def false_alarms(studio: Studio) -> list[str]:
    """How often each place rule says yes to pictures of the other places and of none."""
    asked = {
        place: [studio.draw(f"an elephant {words}", seed) for seed in range(3)]
        for place, words in {
            "": "", "beach": "on the shore", "snow": "on a snowy field", "night": "at midnight",
            "space": "in the cosmos", "sunset": "at dusk", "meadow": "in a grassy field",
            "underwater": "on the sea floor", "ocean": "on a lake", "desert": "on the dunes",
            "forest": "among the trees", "city": "downtown",
        }.items()
    }  # fmt: skip
    pixels = {
        place: [np.asarray(picture, np.float32) / 255 for picture in pictures]
        for place, pictures in asked.items()
    }
    lines = ["| place | says yes to its own pictures | to all others |", "| --- | --- | --- |"]
    for place in backgrounds.PLACES:
        own = [backgrounds.place_is(p, place) for p in pixels[place]]
        other = [
            backgrounds.place_is(p, place)
            for name, group in pixels.items()
            if name != place
            for p in group
        ]
        lines.append(f"| {place} | {share(own)} | {share(other)} |")
    return lines


def seeds(studio: Studio, held_out: list[HeldOutPrompt]) -> list[str]:
    """Root mean square pixel difference between seeds, and between prompts."""
    chosen = held_out[::6]
    pictures = {
        p.prompt: [np.asarray(studio.draw(p.prompt, s), np.float32) / 255 for s in range(4)]
        for p in chosen
    }

    def distance(first: np.ndarray, second: np.ndarray) -> float:
        return float(np.sqrt(((first - second) ** 2).mean()))

    within = [
        distance(a, b) for group in pictures.values() for a, b in itertools.combinations(group, 2)
    ]
    groups = list(pictures.values())
    between = [distance(a[0], b[0]) for a, b in itertools.combinations(groups, 2)]
    return [
        "| | median | least |",
        "| --- | --- | --- |",
        f"| the same prompt, another seed | {np.median(within):.3f} | {min(within):.3f} |",
        f"| another prompt, the same seed | {np.median(between):.3f} | {min(between):.3f} |",
    ]


def settings(studio: Studio, scorer: Scorer, held_out: list[HeldOutPrompt]) -> list[str]:
    """The score of a fifth of the prompts at several guidance scales and step counts."""
    chosen = held_out[1::5]

    def passed(steps: int, guidance: float) -> str:
        return share(
            [judge(scorer, p, studio.draw(p.prompt, 3, steps, guidance)).passed for p in chosen]
        )

    lines = ["| guidance scale (20 steps) | passed |", "| --- | --- |"]
    lines += [f"| {scale} | {passed(STEPS, scale)} |" for scale in GUIDANCES]
    lines += ["", f"| steps (guidance {GUIDANCE}) | passed |", "| --- | --- |"]
    lines += [f"| {count} | {passed(count, GUIDANCE)} |" for count in STEP_COUNTS]
    return lines


def evaluate() -> None:
    """Everything; about ten minutes on two cores."""
    studio, scorer, held_out = Studio(), Scorer(), prompts.load()
    pictures = drawn(studio, held_out)
    sections = {
        "By kind of prompt": by_kind(scorer, held_out, pictures),
        "The place rules": false_alarms(studio),
        "Seeds": seeds(studio, held_out),
        "Guidance and steps": settings(studio, scorer, held_out),
    }
    text = [
        "# Scores of the built-in model",
        "",
        "Written by `make evaluate` in `infra/builtin-model`:"
        f" weights version {studio.pipeline.version}, {len(held_out)} held-out prompts,"
        f" seeds {SEEDS}, {STEPS} steps, guidance {GUIDANCE}, {SIDE} px;"
        f" {len(concepts.drawn())} concepts, {layers.SCENE} + 2 × {layers.CODE} numbers a sample.",
    ]
    for title, lines in sections.items():
        text += ["", f"## {title}", "", *lines]
    MODEL_CARD_PICTURES.mkdir(parents=True, exist_ok=True)
    (MODEL_CARD_PICTURES / "builtin-scores.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))
    contact_sheet.draw_all(studio)
