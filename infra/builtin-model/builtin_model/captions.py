"""Draws training examples: a scene, the sprites in it, and a caption that says so.

Nothing is rendered: the model is trained on layers. What a caption does not mention
is left plain. No caption may be a held-out prompt, and the held-out pairs (this
colour with this object, this object in this place, …) are left out altogether.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from genai_studio.inference.pipelines.builtin.scene import layers

from . import concepts, names, phrases
from .evaluation import prompts

CHINESE = 0.22
"""The share of Chinese captions."""
DISTRACTED = 0.5
"""The share of English captions with distractors, where there are any."""


@dataclass
class Example:
    """One training example.

    Attributes:
        caption: What the picture is described with.
        scene: Its scene.
        first: Index of the first sprite's concept in `concepts.drawn()`.
        second: Index of the second sprite's concept, or None.
    """

    caption: str
    scene: layers.Scene
    first: int
    second: int | None


@dataclass
class Draft:
    """The choices of one example before they are worded."""

    first: int
    second: int | None
    relation: str
    choice: dict[str, str]
    size: str
    family: str | None
    nouns: list[str] = field(default_factory=list)


@functools.cache
def _held_out() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    texts, pairs = set(), set()
    for prompt in prompts.load():
        texts.add(prompts.normalised(prompt.prompt))
        for label in prompt.objects[0]:
            for attribute in (prompt.colour, prompt.place, prompt.style):
                if attribute:
                    pairs.add((label, attribute))
            for other in prompt.objects[1] if len(prompt.objects) > 1 else ():
                pairs |= {(label, other), (other, label)}
    return frozenset(texts), frozenset(pairs)


def pick(random: np.random.Generator, options: tuple[str, ...]) -> str:
    """One of the options, all equally likely."""
    return options[int(random.integers(len(options)))]


class Captioner:
    """Draws examples from a random generator.

    Args:
        random: Where everything drawn comes from.
        distractors: Words to strew into captions, so that the model learns to overlook
            what it does not know.
    """

    def __init__(self, random: np.random.Generator, distractors: tuple[str, ...] = ()) -> None:
        self.random = random
        self.distractors = distractors
        self.concepts = concepts.drawn()
        self.names = names.table()

    def example(self) -> Example:
        """One example whose caption and pairs are not held out."""
        while True:
            draft, chinese = self._draft(), self._chance(CHINESE)
            self._name(draft, chinese)
            if self._is_held_out(draft):
                continue
            caption = self._chinese(draft) if chinese else self._distracted(self._english(draft))
            if prompts.normalised(caption) in _held_out()[0]:
                continue
            return Example(caption, self._scene(draft), draft.first, draft.second)

    def _distracted(self, caption: str) -> str:
        """Some captions with one to four words that say nothing about the picture."""
        if not self.distractors or not self._chance(DISTRACTED):
            return caption
        words = caption.split(" ")
        for _ in range(int(self.random.integers(1, 5))):
            place = int(self.random.integers(len(words) + 1))
            words.insert(place, pick(self.random, self.distractors))
        return " ".join(words)

    def _chance(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    def _draft(self) -> Draft:
        count = len(self.concepts)
        first = int(self.random.integers(count))
        second = int(self.random.integers(count)) if self._chance(0.2) else None
        choice = {name: options[0] for name, options in layers.CATEGORIES.items()}
        if second is not None:
            choice["second"] = "present"
            if second == first:
                return self._draft()
        elif self._chance(0.06):
            choice["copies"] = pick(self.random, ("2", "3"))
        if self._chance(0.3):
            choice["first colour"] = pick(self.random, layers.COLOURS[1:])
        if second is not None and self._chance(0.3):
            choice["second colour"] = pick(self.random, layers.COLOURS[1:])
        roll = self.random.random()
        if roll < 0.12:
            choice["place"] = "solid"
            choice["background colour"] = pick(self.random, layers.COLOURS[1:])
        elif roll < 0.42:
            choice["place"] = pick(self.random, layers.PLACES[2:])
        if choice["place"] != "solid" and self._chance(0.14 if choice["place"] == "plain" else 0.2):
            choice["light"] = pick(self.random, layers.LIGHTS[1:])
        if self._chance(0.06):
            choice["weather"] = pick(self.random, layers.WEATHERS[1:])
        if self._chance(0.12):
            choice["finish"] = pick(self.random, layers.FINISHES[1:])
        for sprite in ("first", "second"):
            choice[f"{sprite} mirrored"] = pick(self.random, ("no", "yes"))
        size = pick(self.random, ("small", "large")) if self._chance(0.08) else ""
        choice["drawing"] = pick(self.random, layers.DRAWINGS)
        family = choice["drawing"] if self._chance(0.2) else None
        relation = "beside" if self._chance(0.8) else pick(self.random, ("above", "below"))
        return Draft(first, second, relation, choice, size, family)

    def _name(self, draft: Draft, chinese: bool) -> None:
        """Choose what the objects are called; a colour in a name becomes the object's colour.

        Sprite and colour are sampled apart: were 'red apple' sometimes a red apple as it is
        and sometimes a green one painted red, both halves could be sampled crosswise.
        """
        for sprite, concept in (("first", draft.first), ("second", draft.second)):
            if concept is None:
                continue
            entry = self.concepts[concept]
            noun = self.names[entry.code].draw(self.random, chinese)
            named = noun == entry.zh_label if chinese else True
            for word in (entry.label if chinese else noun).split():
                if named and (colour := "grey" if word == "gray" else word) in layers.COLOURS[1:]:
                    draft.choice[f"{sprite} colour"] = colour
            draft.nouns.append(noun)

    def _is_held_out(self, draft: Draft) -> bool:
        pairs = _held_out()[1]
        label, choice = self.concepts[draft.first].label, draft.choice
        place = choice["place"]
        attributes = [
            choice["first colour"], choice["light"], choice["finish"],
            f"solid {choice['background colour']}" if place == "solid" else place,
        ]  # fmt: skip
        if draft.second is not None:
            attributes.append(self.concepts[draft.second].label)
        return any((label, attribute) in pairs for attribute in attributes)

    def _scene(self, draft: Draft) -> layers.Scene:
        normal = self.random.standard_normal
        detail = tuple(float(d) for d in normal(layers.DETAILS))
        plain = draft.choice["place"] in ("plain", "solid", "space", "underwater", "sky")
        size = {"small": 0.34, "large": 0.92}.get(draft.size, 0.68) + 0.045 * float(normal())
        tilt = (6.0 if plain else 3.0) * float(normal())
        other = layers.Placement(
            0.5 + 0.1 * float(normal()), 0.5 + 0.1 * float(normal()),
            0.5 + 0.1 * float(normal()), 5 * float(normal()),
        )  # fmt: skip

        def placed(x: float, side: float, lean: float) -> layers.Placement:
            centre = 0.5 if plain else 0.9 - side / 2
            return layers.Placement(
                x + 0.025 * float(normal()), centre + 0.02 * float(normal()), side, lean
            )

        if draft.second is None:
            return layers.Scene(draft.choice, placed(0.5, size, tilt), other, detail)
        size = min(0.66 * size, 0.47)
        second = size * (1 + 0.08 * float(normal()))
        if draft.relation == "beside":
            pair = (placed(0.27, size, tilt / 2), placed(0.73, second, tilt / 2))
        else:
            upper, lower = 0.27 + 0.02 * float(normal()), 0.7 + 0.02 * float(normal())
            heights = (upper, lower) if draft.relation == "above" else (lower, upper)
            pair = (
                layers.Placement(0.5, heights[0], size, tilt / 2),
                layers.Placement(0.5, heights[1], second, tilt / 2),
            )
        return layers.Scene(draft.choice, *pair, detail)

    # ── English ──

    def _noun(self, noun: str, colour: str, size: str, copies: str) -> str:
        random = self.random
        words = []
        if size and self._chance(0.9):
            words.append(pick(random, phrases.SMALL if size == "small" else phrases.LARGE))
        if self._chance(0.12):
            words.append(pick(random, phrases.ADJECTIVES))
        if colour != "none" and colour not in noun.split():
            words.append(pick(random, phrases.COLOURS[colour]))
        if copies != "1":
            return " ".join([pick(random, phrases.COUNTS[copies]), *words, names.plural(noun)])
        roll = random.random()
        article = "the " if roll > 0.92 else "" if roll > 0.7 else "a "
        text = " ".join([*words, noun])
        if article == "a " and text[0] in "aeiou":
            article = "an "
        if colour != "none" and words and not words[:-1] and self._chance(0.06):
            return f"{article}{noun} that is {words[-1]}"
        return article + text

    def _english(self, draft: Draft) -> str:
        random, choice = self.random, draft.choice
        text = self._noun(draft.nouns[0], choice["first colour"], draft.size, choice["copies"])
        if draft.second is not None:
            other = self._noun(draft.nouns[1], choice["second colour"], "", "1")
            link = {"above": phrases.ABOVE, "below": phrases.BELOW}.get(
                draft.relation, phrases.BESIDE
            )
            text = f"{text} {pick(random, link)} {other}"
        before: list[str] = []
        after: list[str] = []
        if choice["place"] == "solid":
            colour = pick(random, phrases.COLOURS[choice["background colour"]])
            wording = pick(random, phrases.SOLID).format(colour)
            after.append(
                wording.replace("a orange", "an orange").replace("a emerald", "an emerald")
            )
        elif choice["place"] != "plain":
            after.append(pick(random, phrases.PLACES[choice["place"]]))
        if choice["light"] != "day":
            after.append(pick(random, phrases.LIGHTS[choice["light"]]))
        elif choice["place"] not in ("plain", "solid") and self._chance(0.08):
            after.append(pick(random, phrases.LIGHTS["day"]))
        if choice["weather"] != "clear":
            after.append(pick(random, phrases.WEATHERS[choice["weather"]]))
        if after and self._chance(0.1):
            before.append(after.pop(int(random.integers(len(after)))))
        body = " ".join([text, *after]) if self._chance(0.85) else ", ".join([text, *after])
        if choice["finish"] != "none":
            if self._chance(0.5):
                body = f"{pick(random, phrases.FINISH_OPENERS[choice['finish']])} {body}"
            else:
                joint = ", " if self._chance(0.7) else " "
                body = joint.join([body, pick(random, phrases.FINISHES[choice["finish"]])])
        elif self._chance(0.25):
            body = f"{pick(random, phrases.OPENERS)} {body}"
        if draft.family:
            wording = pick(random, phrases.FAMILIES[draft.family])
            body = f"{wording} {body}" if self._chance(0.3) else f"{body}, {wording}"
        if self._chance(0.12):
            count = int(random.integers(1, 5))
            body = ", ".join([body, *(pick(random, phrases.FILLERS) for _ in range(count))])
        return ", ".join([*before, body])

    # ── Chinese ──

    def _chinese_noun(self, noun: str, colour: str, size: str, copies: str) -> str:
        random, text = self.random, noun
        if colour != "none" and phrases.ZH_COLOURS[colour][1] not in noun:
            word = pick(random, phrases.ZH_COLOURS[colour])
            text = word + ("的" if len(word) > 1 and self._chance(0.8) else "") + text
        if self._chance(0.15):
            text = pick(random, phrases.ZH_ADJECTIVES) + text
        if size:
            text = pick(random, phrases.ZH_SMALL if size == "small" else phrases.ZH_LARGE) + text
        if copies != "1":
            return pick(random, ("两只", "两个") if copies == "2" else ("三只", "三个")) + text
        return pick(random, phrases.ZH_MEASURES) + text if self._chance(0.4) else text

    def _chinese(self, draft: Draft) -> str:
        random, choice = self.random, draft.choice
        text = self._chinese_noun(
            draft.nouns[0], choice["first colour"], draft.size, choice["copies"]
        )
        if draft.second is not None:
            other = self._chinese_noun(draft.nouns[1], choice["second colour"], "", "1")
            joint = pick(random, phrases.ZH_BESIDE)
            if draft.relation == "above":
                joint = pick(random, ("在", "骑着", "站在"))
                other += "上"
            elif draft.relation == "below":
                joint, other = "在", other + "下面"
            text += joint + other
        around = []
        if choice["light"] != "day":
            around.append(pick(random, phrases.ZH_LIGHTS[choice["light"]]))
        if choice["place"] not in ("plain", "solid"):
            around.append(pick(random, phrases.ZH_PLACES[choice["place"]]))
        if choice["weather"] != "clear":
            around.append(pick(random, phrases.ZH_WEATHERS[choice["weather"]]))
        if around:
            where = "".join(around)
            text = f"{where}的{text}" if self._chance(0.7) else f"{text}在{where}"
        if choice["place"] == "solid":
            colour = pick(random, phrases.ZH_COLOURS[choice["background colour"]])
            where = pick(random, phrases.ZH_SOLID).format(colour)
            text = f"{text},{where}" if self._chance(0.6) else f"{where}的{text}"
        if choice["finish"] != "none":
            word = pick(random, phrases.ZH_FINISHES[choice["finish"]])
            text = f"{word}{text}" if self._chance(0.4) else f"{text},{word}"
        elif self._chance(0.15):
            text = pick(random, phrases.ZH_OPENERS) + text
        elif self._chance(0.08):
            text += "的" + pick(random, ("图片", "照片", "插画"))
        if draft.family:
            text += "," + pick(random, phrases.ZH_FAMILIES[draft.family])
        if self._chance(0.08):
            text += "," + pick(random, phrases.ZH_FILLERS)
        return text
