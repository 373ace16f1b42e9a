"""The choices of one training example, before they are put into words."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class SceneDescription:
    """What a training example shows.

    Attributes:
        first: Index of the first sprite's concept in `concepts.trainable()`.
        second: Index of the second sprite's concept, or None.
        relation: Position of the first object: "beside", "above" or "below" the second.
        choice: The value of each category in `layers.CATEGORIES`.
        size: "small", "large", or an empty string for the normal size.
        family: The drawing style that the caption mentions, or None.
        nouns: Names of the objects, in the caption's language.
    """

    first: int
    second: int | None
    relation: str
    choice: dict[str, str]
    size: str
    family: str | None
    nouns: list[str] = field(default_factory=list)


def pick(random: np.random.Generator, options: tuple[str, ...]) -> str:
    """Return one of the options with uniform probability."""
    return options[int(random.integers(len(options)))]


def chance(random: np.random.Generator, probability: float) -> bool:
    """Return True with the given probability."""
    return bool(random.random() < probability)
