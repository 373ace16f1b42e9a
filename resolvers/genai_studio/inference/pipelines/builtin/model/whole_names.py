"""Prefer a thing that the prompt names as a whole to a longer name that contains the word.

The model learned "dog" from "dog" and from "hot dog", so some noise turns "a dog" into a hot
dog and "a hot dog" into a dog. This module knows which names a prompt mentions as a whole and
which longer names end with one of its words (*rivals*), and it names a sampled sprite. The
sampler tries other noise for a sprite that got the name of a rival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

CANDIDATES: Final = 16
"""Other noise to try."""
ALIKE: Final = 0.5
"""Cosine of two codes below which a sprite has no name."""


@dataclass(frozen=True, slots=True)
class WholeNames:
    """Names that matter for one prompt.

    Attributes:
        mentioned: Names that are in the prompt as a whole, such as "dog" or "hot dog".
        rivals: Longer names that end with a word of the prompt, and are not in it.
    """

    mentioned: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.mentioned or self.rivals)

    def fits(self, name: str) -> bool:
        """Return whether a sprite with this name, or none (""), needs no other noise."""
        if name in self.rivals:
            return False
        return not self.mentioned or self._rank(name) > UNRELATED

    def best(self, names: Sequence[str]) -> int:
        """Return the first of the best candidates, by their names."""
        ranks = [self._rank(name) for name in names]
        return ranks.index(max(ranks))

    def _rank(self, name: str) -> int:
        if name in self.mentioned:
            return MENTIONED
        if name in self.rivals:
            return RIVAL
        words = set(name.split())
        related = any(words.issuperset(whole.split()) for whole in self.mentioned)
        return RELATED if related else UNRELATED


RIVAL, UNRELATED, RELATED, MENTIONED = range(4)
"""Ranks of a name. "cat face" is related to a mentioned "cat"."""


class Names:
    """The names of the things that the model can draw.

    Args:
        names: English names in lowercase, such as "dog" and "hot dog".
        chinese: Chinese names and the English name of the same thing.
    """

    def __init__(self, names: Iterable[str], chinese: Mapping[str, str]) -> None:
        self._names = frozenset(tuple(name.split()) for name in names)
        self._longest = max((len(words) for words in self._names), default=1)
        self._by_last_word: dict[str, set[str]] = {}
        for words in self._names:
            if len(words) > 1:
                self._by_last_word.setdefault(words[-1], set()).add(" ".join(words))
        self._chinese = chinese

    def of(self, words: Sequence[str]) -> WholeNames:
        """Find the names that matter for the known words of a prompt, in their order.

        Words of a longer name in the prompt have no rivals: "a hot dog" is not "a dog".
        """
        mentioned: set[str] = set()
        rivals: set[str] = set()
        at = 0
        while at < len(words):
            length, name = self._name_at(words, at)
            if name:
                mentioned.add(name)
            if length == 1:
                rivals |= self._rivals(words[at])
            at += length
        return WholeNames(frozenset(mentioned), frozenset(rivals - mentioned))

    def _rivals(self, word: str) -> set[str]:
        if word.isascii():
            singular = word if word in self._by_last_word else word.removesuffix("s")
            return self._by_last_word.get(singular, set())
        return {
            name
            for chinese, name in self._chinese.items()
            if chinese.endswith(word) and chinese != word
        }

    def _name_at(self, words: Sequence[str], at: int) -> tuple[int, str]:
        """Return the number of words of the longest name at a position, and the name."""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            part = tuple(words[at : at + length])
            if part in self._names:
                return length, " ".join(part)
        return 1, self._chinese.get(words[at], "")


class SpriteNames:
    """Names sampled sprites by the most similar code of a drawing with a name.

    Attributes:
        chinese: Chinese names and the English name of the same thing.
    """

    def __init__(self, weights: Weights) -> None:
        stored = weights.arrays("name_codes.npz")
        self._names = bytes(stored["names"]).decode().split("\n")
        self._codes = stored["codes"].astype(np.float32) * stored["scales"]
        self.chinese = dict(
            line.split("\t") for line in bytes(stored["chinese"]).decode().split("\n")
        )
        self._unit = self._codes / np.linalg.norm(self._codes, axis=1, keepdims=True)

    def near(self, code: Floats, count: int) -> Floats:
        """Return the known codes that are most similar to a code, count×CODE."""
        order = np.argsort(-(self._unit @ code), kind="stable")
        return np.asarray(self._codes[order[:count]], np.float32)

    def of(self, codes: Floats) -> list[str]:
        """Return the name of each code (N×CODE), or an empty string if none is similar."""
        norms = np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-6)
        alike = codes / norms @ self._unit.T
        return [self._names[int(row.argmax())] if row.max() > ALIKE else "" for row in alike]
