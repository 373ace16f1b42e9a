"""The held-out prompts: the model is evaluated on them and never trained on them."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass

from ..paths import HELD_OUT_PROMPTS

Alternatives = tuple[str, ...]


@dataclass(frozen=True)
class HeldOutPrompt:
    """One line of `held_out_prompts.tsv`.

    Attributes:
        kind: The group in which its score is reported.
        prompt: The prompt.
        objects: For each requested object, the emoji labels that satisfy the request.
        color: The object's color, or an empty string.
        place: The background, or an empty string. "solid red" is a plain red background.
        style: A finish of the whole image, or an empty string.
    """

    kind: str
    prompt: str
    objects: tuple[Alternatives, ...]
    color: str
    place: str
    style: str


def normalized(text: str) -> str:
    """Reduce a text to lowercase letters and digits, to compare prompts and captions."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(ch if ch.isalnum() else " " for ch in folded).split())


def load() -> list[HeldOutPrompt]:
    """Return every held-out prompt, in file order."""
    with HELD_OUT_PROMPTS.open(encoding="utf-8", newline="") as file:
        return [
            HeldOutPrompt(
                row["kind"],
                row["prompt"],
                tuple(tuple(part.split("|")) for part in row["concepts"].split("+")),
                row["color"],
                row["place"],
                row["style"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]
