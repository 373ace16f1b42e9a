"""English and Chinese names of each concept, with the probability of each name.

Names come from emojibase's labels and keywords and from this project's list of everyday
synonyms (`synonyms.tsv`). A keyword that many emoji share, such as "animal" or "food", is
ambiguous, so it gets a low probability or is left out.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data import concepts

MAX_KEYWORD_USES = 14
NUMBER = re.compile(r"^[\d\W]+$")


@dataclass(frozen=True)
class Names:
    """Names of one concept and their probabilities in both languages."""

    english: tuple[str, ...]
    english_weights: tuple[float, ...]
    chinese: tuple[str, ...]
    chinese_weights: tuple[float, ...]

    def sample(self, random: np.random.Generator, chinese: bool = False) -> str:
        """Sample a name by its probability."""
        names, weights = (
            (self.chinese, self.chinese_weights)
            if chinese
            else (self.english, self.english_weights)
        )
        position = np.searchsorted(np.cumsum(weights), random.random())
        return names[int(position.clip(0, len(names) - 1))]


def plural(noun: str) -> str:
    """Return the regular English plural of a noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith(("fish", "sheep")) else noun + "s"


def _synonyms() -> dict[str, list[str]]:
    lines = Path(__file__).with_name("synonyms.tsv").read_text().splitlines()
    pairs = (line.split("\t") for line in lines)
    return {label: names.split(",") for label, names in pairs}


def _probabilities(
    groups: list[tuple[float, dict[str, float]]],
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Merge weighted groups of names into names and their probabilities."""
    total: Counter[str] = Counter()
    for share, group in groups:
        mass = sum(group.values())
        for name, weight in group.items():
            total[name] += share * weight / mass
    mass = sum(total.values())
    return tuple(total), tuple(weight / mass for weight in total.values())


@functools.cache
def table() -> dict[str, Names]:
    """Return the names of every trainable concept, by emoji code."""
    trainable = concepts.trainable()
    english_uses = Counter(tag for c in trainable for tag in c.tags)
    chinese_uses = Counter(tag for c in trainable for tag in (*c.zh_tags, c.zh_label))
    synonyms = _synonyms()
    found = {}
    for concept in trainable:
        short = re.sub(r" (with [a-z ]+|face)$", "", concept.label)
        labels = {concept.label: 1.0}
        if short != concept.label and "face" not in concept.subgroup:
            labels[short] = 0.3
        english = [(0.55, labels)]
        if same := synonyms.get(concept.label):
            english.append((0.35, dict(Counter(same))))
        keywords = {
            tag: 1 / english_uses[tag] ** 1.5
            for tag in concept.tags
            if english_uses[tag] <= MAX_KEYWORD_USES and not NUMBER.match(tag) and len(tag) > 2
        }
        if keywords:
            english.append((0.12, keywords))
        chinese = [(0.6, {concept.zh_label: 1.0})]
        keywords = {
            tag: 1 / chinese_uses[tag] ** 1.5
            for tag in concept.zh_tags
            if chinese_uses[tag] <= MAX_KEYWORD_USES
        }
        if keywords:
            chinese.append((0.25, keywords))
        found[concept.code] = Names(*_probabilities(english), *_probabilities(chinese))
    return found
