"""Random training examples: a scene, the sprites in it, and a caption for both.

Nothing is rendered, because the model is trained on layers. Categories that a caption does
not mention keep their default. No caption is a held-out prompt. Held-out pairs, such as a
color with an object or an object in a place, never occur in training.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from genai_studio.inference.pipelines.builtin.scene import layers

from ..data import concepts
from ..evaluation import held_out_prompts
from . import chinese_captions, english_captions, names
from .scene_description import SceneDescription, chance, pick

CHINESE = 0.22
"""The share of Chinese captions."""
DISTRACTED = 0.5
"""The share of English captions with distractors, if the captioner has any."""


@dataclass
class Example:
    """One training example.

    Attributes:
        caption: The caption.
        scene: The scene that the caption describes.
        first: Index of the first sprite's concept in `concepts.trainable()`.
        second: Index of the second sprite's concept, or None.
    """

    caption: str
    scene: layers.Scene
    first: int
    second: int | None


@functools.cache
def _held_out() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Return the normalized held-out prompts and the held-out pairs."""
    texts, pairs = set(), set()
    for prompt in held_out_prompts.load():
        texts.add(held_out_prompts.normalized(prompt.prompt))
        for label in prompt.objects[0]:
            for attribute in (prompt.color, prompt.place, prompt.style):
                if attribute:
                    pairs.add((label, attribute))
            for other in prompt.objects[1] if len(prompt.objects) > 1 else ():
                pairs |= {(label, other), (other, label)}
    return frozenset(texts), frozenset(pairs)


class Captioner:
    """Sample training examples from a random generator.

    The order of the random draws is part of the training set: a change of order gives
    other examples for the same seed.

    Args:
        random: Source of all randomness.
        distractors: Words to insert into captions, so that the model learns to ignore
            words that it does not know.
    """

    def __init__(self, random: np.random.Generator, distractors: tuple[str, ...] = ()) -> None:
        self.random = random
        self.distractors = distractors
        self.concepts = concepts.trainable()
        self.names = names.table()

    def example(self) -> Example:
        """Sample one example. Skips held-out captions and pairs."""
        while True:
            description, chinese = self._describe(), chance(self.random, CHINESE)
            self._name_objects(description, chinese)
            if self._is_held_out(description):
                continue
            if chinese:
                caption = chinese_captions.caption(description, self.random)
            else:
                caption = self._distracted(english_captions.caption(description, self.random))
            if held_out_prompts.normalized(caption) in _held_out()[0]:
                continue
            scene = self._scene(description)
            return Example(caption, scene, description.first, description.second)

    def _distracted(self, caption: str) -> str:
        """Insert one to four meaningless words into some of the captions."""
        if not self.distractors or not chance(self.random, DISTRACTED):
            return caption
        words = caption.split(" ")
        for _ in range(int(self.random.integers(1, 5))):
            position = int(self.random.integers(len(words) + 1))
            words.insert(position, pick(self.random, self.distractors))
        return " ".join(words)

    def _describe(self) -> SceneDescription:
        random, count = self.random, len(self.concepts)
        first = int(random.integers(count))
        second = int(random.integers(count)) if chance(random, 0.2) else None
        choice = {name: options[0] for name, options in layers.CATEGORIES.items()}
        if second is not None:
            choice["second"] = "present"
            if second == first:
                return self._describe()
        elif chance(random, 0.06):
            choice["copies"] = pick(random, ("2", "3"))
        if chance(random, 0.3):
            choice["first color"] = pick(random, layers.COLORS[1:])
        if second is not None and chance(random, 0.3):
            choice["second color"] = pick(random, layers.COLORS[1:])
        roll = random.random()
        if roll < 0.12:
            choice["place"] = "solid"
            choice["background color"] = pick(random, layers.COLORS[1:])
        elif roll < 0.42:
            choice["place"] = pick(random, layers.PLACES[2:])
        if choice["place"] != "solid" and chance(
            random, 0.14 if choice["place"] == "plain" else 0.2
        ):
            choice["light"] = pick(random, layers.LIGHTS[1:])
        if chance(random, 0.06):
            choice["weather"] = pick(random, layers.WEATHERS[1:])
        if chance(random, 0.12):
            choice["finish"] = pick(random, layers.FINISHES[1:])
        for sprite in ("first", "second"):
            choice[f"{sprite} mirrored"] = pick(random, ("no", "yes"))
        size = pick(random, ("small", "large")) if chance(random, 0.08) else ""
        choice["drawing"] = pick(random, layers.DRAWINGS)
        family = choice["drawing"] if chance(random, 0.2) else None
        relation = "beside" if chance(random, 0.8) else pick(random, ("above", "below"))
        return SceneDescription(first, second, relation, choice, size, family)

    def _name_objects(self, description: SceneDescription, chinese: bool) -> None:
        """Choose the objects' names. A color in a name becomes the object's color.

        The model samples sprite and color independently. If "red apple" were sometimes a
        plain red apple and sometimes a green one painted red, the model could combine the
        green apple with no paint.
        """
        for sprite, concept in (("first", description.first), ("second", description.second)):
            if concept is None:
                continue
            entry = self.concepts[concept]
            noun = self.names[entry.code].sample(self.random, chinese)
            named = noun == entry.zh_label if chinese else True
            for word in (entry.label if chinese else noun).split():
                if named and (color := "gray" if word == "grey" else word) in layers.COLORS[1:]:
                    description.choice[f"{sprite} color"] = color
            description.nouns.append(noun)

    def _is_held_out(self, description: SceneDescription) -> bool:
        pairs = _held_out()[1]
        label, choice = self.concepts[description.first].label, description.choice
        place = choice["place"]
        attributes = [
            choice["first color"], choice["light"], choice["finish"],
            f"solid {choice['background color']}" if place == "solid" else place,
        ]  # fmt: skip
        if description.second is not None:
            attributes.append(self.concepts[description.second].label)
        return any((label, attribute) in pairs for attribute in attributes)

    def _scene(self, description: SceneDescription) -> layers.Scene:
        normal = self.random.standard_normal
        detail = tuple(float(d) for d in normal(layers.DETAILS))
        plain = description.choice["place"] in ("plain", "solid", "space", "underwater", "sky")
        size = {"small": 0.34, "large": 0.92}.get(description.size, 0.68) + 0.045 * float(normal())
        tilt = (6.0 if plain else 3.0) * float(normal())
        unused = layers.Placement(
            0.5 + 0.1 * float(normal()), 0.5 + 0.1 * float(normal()),
            0.5 + 0.1 * float(normal()), 5 * float(normal()),
        )  # fmt: skip

        def placed(x: float, side: float, tilt: float) -> layers.Placement:
            center = 0.5 if plain else 0.9 - side / 2
            return layers.Placement(
                x + 0.025 * float(normal()), center + 0.02 * float(normal()), side, tilt
            )

        if description.second is None:
            return layers.Scene(description.choice, placed(0.5, size, tilt), unused, detail)
        size = min(0.66 * size, 0.47)
        second = size * (1 + 0.08 * float(normal()))
        if description.relation == "beside":
            pair = (placed(0.27, size, tilt / 2), placed(0.73, second, tilt / 2))
        else:
            upper, lower = 0.27 + 0.02 * float(normal()), 0.7 + 0.02 * float(normal())
            heights = (upper, lower) if description.relation == "above" else (lower, upper)
            pair = (
                layers.Placement(0.5, heights[0], size, tilt / 2),
                layers.Placement(0.5, heights[1], second, tilt / 2),
            )
        return layers.Scene(description.choice, *pair, detail)
