"""The held-out prompts: what the model is asked for, and never trained on."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass

from ..paths import HELD_OUT_PROMPTS

Alternatives = tuple[str, ...]


@dataclass(frozen=True)
class HeldOutPrompt:
    """One line of held_out_prompts.tsv.

    Attributes:
        kind: The group that its score is reported in.
        prompt: The text given to the model.
        objects: For each object asked for, the emoji labels that answer it.
        colour: The object's colour, or ''.
        place: The background, or '' ('solid red' means a plain red one).
        style: A finish over the whole picture, or ''.
    """

    kind: str
    prompt: str
    objects: tuple[Alternatives, ...]
    colour: str
    place: str
    style: str


def normalised(text: str) -> str:
    """Lower case, letters and digits only: how prompts and captions are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded).split())


def load() -> list[HeldOutPrompt]:
    """Every held-out prompt, in the file's order."""
    with HELD_OUT_PROMPTS.open(encoding="utf-8", newline="") as file:
        return [
            HeldOutPrompt(
                row["kind"],
                row["prompt"],
                tuple(tuple(part.split("|")) for part in row["concepts"].split("+")),
                row["colour"],
                row["place"],
                row["style"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]
