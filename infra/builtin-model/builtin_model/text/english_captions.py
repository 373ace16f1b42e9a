"""English captions for scene descriptions."""

from __future__ import annotations

import numpy as np

from . import names, phrases
from .scene_description import SceneDescription, chance, pick


def caption(description: SceneDescription, random: np.random.Generator) -> str:
    """Describe a scene in English with randomly chosen phrases."""
    choice = description.choice
    text = _objects(description, random)
    before: list[str] = []
    after = _setting(choice, random)
    if after and chance(random, 0.1):
        before.append(after.pop(int(random.integers(len(after)))))
    body = " ".join([text, *after]) if chance(random, 0.85) else ", ".join([text, *after])
    if choice["finish"] != "none":
        if chance(random, 0.5):
            body = f"{pick(random, phrases.FINISH_OPENERS[choice['finish']])} {body}"
        else:
            separator = ", " if chance(random, 0.7) else " "
            body = separator.join([body, pick(random, phrases.FINISHES[choice["finish"]])])
    elif chance(random, 0.25):
        body = f"{pick(random, phrases.OPENERS)} {body}"
    if description.family:
        style = pick(random, phrases.FAMILIES[description.family])
        body = f"{style} {body}" if chance(random, 0.3) else f"{body}, {style}"
    if chance(random, 0.12):
        count = int(random.integers(1, 5))
        body = ", ".join([body, *(pick(random, phrases.FILLERS) for _ in range(count))])
    return ", ".join([*before, body])


def _objects(description: SceneDescription, random: np.random.Generator) -> str:
    choice = description.choice
    text = _noun(
        description.nouns[0], choice["first color"], description.size, choice["copies"], random
    )
    if description.second is None:
        return text
    other = _noun(description.nouns[1], choice["second color"], "", "1", random)
    links = {"above": phrases.ABOVE, "below": phrases.BELOW}.get(
        description.relation, phrases.BESIDE
    )
    return f"{text} {pick(random, links)} {other}"


def _noun(noun: str, color: str, size: str, copies: str, random: np.random.Generator) -> str:
    words = []
    if size and chance(random, 0.9):
        words.append(pick(random, phrases.SMALL if size == "small" else phrases.LARGE))
    if chance(random, 0.12):
        words.append(pick(random, phrases.ADJECTIVES))
    # emojibase spells it "grey".
    spelling = "grey" if color == "gray" else color
    if color != "none" and spelling not in noun.split():
        words.append(pick(random, phrases.COLORS[color]))
    if copies != "1":
        return " ".join([pick(random, phrases.COUNTS[copies]), *words, names.plural(noun)])
    roll = random.random()
    article = "the " if roll > 0.92 else "" if roll > 0.7 else "a "
    text = " ".join([*words, noun])
    if article == "a " and text[0] in "aeiou":
        article = "an "
    if color != "none" and words and not words[:-1] and chance(random, 0.06):
        return f"{article}{noun} that is {words[-1]}"
    return article + text


def _setting(choice: dict[str, str], random: np.random.Generator) -> list[str]:
    """Return phrases for place, light and weather."""
    setting: list[str] = []
    if choice["place"] == "solid":
        color = pick(random, phrases.COLORS[choice["background color"]])
        phrase = pick(random, phrases.SOLID).format(color)
        setting.append(phrase.replace("a orange", "an orange").replace("a emerald", "an emerald"))
    elif choice["place"] != "plain":
        setting.append(pick(random, phrases.PLACES[choice["place"]]))
    if choice["light"] != "day":
        setting.append(pick(random, phrases.LIGHTS[choice["light"]]))
    elif choice["place"] not in ("plain", "solid") and chance(random, 0.08):
        setting.append(pick(random, phrases.LIGHTS["day"]))
    if choice["weather"] != "clear":
        setting.append(pick(random, phrases.WEATHERS[choice["weather"]]))
    return setting
