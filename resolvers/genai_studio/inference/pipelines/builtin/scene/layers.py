"""Layers of an image: the vectors that the model samples.

A sample consists of a scene vector (categories, placements, details) and one code for
each of two sprites, which the sprite decoder draws. Categories are diffused as one
value in -1…1 per choice ("analog bits", Chen et al. 2023). Their denoised value is the
expected one-hot vector, a softmax (Dieleman et al. 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]

COLORS: Final = (
    "none", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown",
    "black", "white", "gray",
)  # fmt: skip
PLACES: Final = (
    "plain", "solid", "beach", "ocean", "underwater", "space", "meadow", "forest",
    "mountains", "desert", "snow", "city", "sky", "room",
)  # fmt: skip
LIGHTS: Final = ("day", "sunset", "night")
WEATHERS: Final = ("clear", "rain", "snowfall", "confetti", "hearts")
FINISHES: Final = ("none", "pixel art", "monochrome", "sepia", "silhouette", "sticker")
DRAWINGS: Final = ("flat", "3d")

CATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "first color": COLORS,
    "second color": COLORS,
    "background color": COLORS,
    "place": PLACES,
    "light": LIGHTS,
    "weather": WEATHERS,
    "finish": FINISHES,
    "copies": ("1", "2", "3"),
    "second": ("absent", "present"),
    "first mirrored": ("no", "yes"),
    "second mirrored": ("no", "yes"),
    "drawing": DRAWINGS,
}
"""Categories and their choices, in the order of the vector."""

DETAILS: Final = 8
PLACEMENT: Final = 4
CODE: Final = 160
CHOICES: Final = sum(len(choices) for choices in CATEGORIES.values())
SCENE: Final = CHOICES + 2 * PLACEMENT + DETAILS
"""Length of the scene vector: categories, two placements, details."""

SOLIDITY: Final = CHOICES - 1
"""Index of the drawing style in the vector: -1 is flat, 1 is 3D."""

# Mean and deviation of (x, y, size, tilt in degrees), which normalize the vector.
PLACEMENT_CENTER: Final = np.array([0.5, 0.55, 0.6, 0.0], np.float32)
PLACEMENT_SPREAD: Final = np.array([0.15, 0.12, 0.15, 8.0], np.float32)


@dataclass(frozen=True, slots=True)
class Placement:
    """Placement of a sprite.

    Attributes:
        x: Center, in image widths from the left.
        y: Center, in image heights from the top.
        size: Side of the sprite's square, relative to the image's shorter side.
        tilt: Degrees counterclockwise.
    """

    x: float
    y: float
    size: float
    tilt: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A decoded scene vector.

    Attributes:
        choice: Selected value of every category in `CATEGORIES`.
        first: Placement of the first sprite.
        second: Placement of the second sprite, which may be absent.
        details: Roughly standard normal numbers that vary hue, horizon and clouds.
    """

    choice: dict[str, str]
    first: Placement
    second: Placement
    details: tuple[float, ...]


def to_vector(scene: Scene) -> Floats:
    """Encode a scene as a vector of length `SCENE`. Training uses this function."""
    parts = [
        np.where(np.array(choices) == scene.choice[name], 1.0, -1.0)
        for name, choices in CATEGORIES.items()
    ]
    for placement in (scene.first, scene.second):
        numbers = np.array([placement.x, placement.y, placement.size, placement.tilt])
        parts.append((numbers - PLACEMENT_CENTER) / PLACEMENT_SPREAD)
    return np.concatenate([*parts, np.array(scene.details)]).astype(np.float32)


def from_vector(vector: Floats) -> Scene:
    """Decode a vector of length `SCENE`. The largest value of each category wins."""
    choice, at = {}, 0
    for name, choices in CATEGORIES.items():
        choice[name] = choices[int(np.argmax(vector[at : at + len(choices)]))]
        at += len(choices)
    placements = []
    for _ in range(2):
        raw = vector[at : at + PLACEMENT] * PLACEMENT_SPREAD + PLACEMENT_CENTER
        x, y, size, tilt = (float(number) for number in raw)
        placements.append(
            Placement(
                min(max(x, 0.1), 0.9), min(max(y, 0.1), 0.9), min(max(size, 0.15), 1.05), tilt
            )
        )
        at += PLACEMENT
    return Scene(choice, placements[0], placements[1], tuple(float(d) for d in vector[at:]))


def choice_slice(name: str) -> slice:
    """Return the part of the scene vector that holds a category."""
    at = 0
    for category, choices in CATEGORIES.items():
        if category == name:
            return slice(at, at + len(choices))
        at += len(choices)
    raise KeyError(name)


def move(vector: Floats, place: int, x: float, y: float, zoom: float) -> None:
    """Move and scale a sprite in a scene vector.

    Args:
        vector: The scene vector.
        place: 0 for the first sprite, 1 for the second.
        x: Shift to the right in image widths.
        y: Shift downward in image heights.
        zoom: Factor of the size.
    """
    at = CHOICES + place * PLACEMENT
    center, spread = PLACEMENT_CENTER, PLACEMENT_SPREAD
    size = vector[at + 2] * spread[2] + center[2]
    vector[at] += x / spread[0]
    vector[at + 1] += y / spread[1]
    vector[at + 2] = (size * zoom - center[2]) / spread[2]


def set_choice(vector: Floats, name: str, logits: Floats) -> None:
    """Write a category into a scene vector, as the expected one-hot vector of logits."""
    shares = np.exp(logits - logits.max())
    vector[choice_slice(name)] = shares / shares.sum() * 2 - 1
