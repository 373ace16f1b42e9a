"""What people call each concept, in English and in Chinese, and how often.

Names come from emojibase's labels and keywords and from the project's own list of
everyday synonyms (synonyms.tsv). A keyword shared by many emoji ('animal', 'food')
says little, so that it is used seldom or not at all.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import concepts

COMMONEST_KEYWORD = 14
NUMBER = re.compile(r"^[\d\W]+$")


@dataclass(frozen=True)
class Names:
    """Names of one concept with the probability of each."""

    english: tuple[str, ...]
    english_odds: tuple[float, ...]
    chinese: tuple[str, ...]
    chinese_odds: tuple[float, ...]

    def draw(self, random: np.random.Generator, chinese: bool = False) -> str:
        names, odds = (
            (self.chinese, self.chinese_odds) if chinese else (self.english, self.english_odds)
        )
        return names[int(np.searchsorted(np.cumsum(odds), random.random()).clip(0, len(names) - 1))]


def plural(noun: str) -> str:
    """A regular English plural, good enough for captions."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith(("fish", "sheep")) else noun + "s"


def _synonyms() -> dict[str, list[str]]:
    lines = Path(__file__).with_name("synonyms.tsv").read_text().splitlines()
    pairs = (line.split("\t") for line in lines)
    return {label: names.split(",") for label, names in pairs}


def _odds(
    groups: list[tuple[float, dict[str, float]]],
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    total: Counter[str] = Counter()
    for share, group in groups:
        mass = sum(group.values())
        for name, weight in group.items():
            total[name] += share * weight / mass
    mass = sum(total.values())
    return tuple(total), tuple(weight / mass for weight in total.values())


@functools.cache
def table() -> dict[str, Names]:
    """Names of every drawn concept, by emoji code."""
    drawn = concepts.drawn()
    english_use = Counter(tag for c in drawn for tag in c.tags)
    chinese_use = Counter(tag for c in drawn for tag in (*c.zh_tags, c.zh_label))
    synonyms = _synonyms()
    found = {}
    for concept in drawn:
        short = re.sub(r" (with [a-z ]+|face)$", "", concept.label)
        labels = {concept.label: 1.0}
        if short != concept.label and "face" not in concept.subgroup:
            labels[short] = 0.3
        english = [(0.55, labels)]
        if same := synonyms.get(concept.label):
            english.append((0.35, dict(Counter(same))))
        keywords = {
            tag: 1 / english_use[tag] ** 1.5
            for tag in concept.tags
            if english_use[tag] <= COMMONEST_KEYWORD and not NUMBER.match(tag) and len(tag) > 2
        }
        if keywords:
            english.append((0.12, keywords))
        chinese = [(0.6, {concept.zh_label: 1.0})]
        keywords = {
            tag: 1 / chinese_use[tag] ** 1.5
            for tag in concept.zh_tags
            if chinese_use[tag] <= COMMONEST_KEYWORD
        }
        if keywords:
            chinese.append((0.25, keywords))
        found[concept.code] = Names(*_odds(english), *_odds(chinese))
    return found
