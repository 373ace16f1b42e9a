"""Chinese captions for scene descriptions."""

from __future__ import annotations

import numpy as np

from . import phrases
from .scene_description import SceneDescription, chance, pick


def caption(description: SceneDescription, random: np.random.Generator) -> str:
    """Describe a scene in Chinese with randomly chosen phrases."""
    choice = description.choice
    text = _objects(description, random)
    setting = []
    if choice["light"] != "day":
        setting.append(pick(random, phrases.ZH_LIGHTS[choice["light"]]))
    if choice["place"] not in ("plain", "solid"):
        setting.append(pick(random, phrases.ZH_PLACES[choice["place"]]))
    if choice["weather"] != "clear":
        setting.append(pick(random, phrases.ZH_WEATHERS[choice["weather"]]))
    if setting:
        where = "".join(setting)
        text = f"{where}的{text}" if chance(random, 0.7) else f"{text}在{where}"
    if choice["place"] == "solid":
        color = pick(random, phrases.ZH_COLORS[choice["background color"]])
        where = pick(random, phrases.ZH_SOLID).format(color)
        text = f"{text},{where}" if chance(random, 0.6) else f"{where}的{text}"
    if choice["finish"] != "none":
        word = pick(random, phrases.ZH_FINISHES[choice["finish"]])
        text = f"{word}{text}" if chance(random, 0.4) else f"{text},{word}"
    elif chance(random, 0.15):
        text = pick(random, phrases.ZH_OPENERS) + text
    elif chance(random, 0.08):
        text += "的" + pick(random, ("图片", "照片", "插画"))
    if description.family:
        text += "," + pick(random, phrases.ZH_FAMILIES[description.family])
    if chance(random, 0.08):
        text += "," + pick(random, phrases.ZH_FILLERS)
    return text


def _objects(description: SceneDescription, random: np.random.Generator) -> str:
    choice = description.choice
    text = _noun(
        description.nouns[0], choice["first color"], description.size, choice["copies"], random
    )
    if description.second is None:
        return text
    other = _noun(description.nouns[1], choice["second color"], "", "1", random)
    link = pick(random, phrases.ZH_BESIDE)
    if description.relation == "above":
        link = pick(random, ("在", "骑着", "站在"))
        other += "上"
    elif description.relation == "below":
        link, other = "在", other + "下面"
    return text + link + other


def _noun(noun: str, color: str, size: str, copies: str, random: np.random.Generator) -> str:
    text = noun
    if color != "none" and phrases.ZH_COLORS[color][1] not in noun:
        word = pick(random, phrases.ZH_COLORS[color])
        text = word + ("的" if len(word) > 1 and chance(random, 0.8) else "") + text
    if chance(random, 0.15):
        text = pick(random, phrases.ZH_ADJECTIVES) + text
    if size:
        text = pick(random, phrases.ZH_SMALL if size == "small" else phrases.ZH_LARGE) + text
    if copies != "1":
        return pick(random, ("两只", "两个") if copies == "2" else ("三只", "三个")) + text
    return pick(random, phrases.ZH_MEASURES) + text if chance(random, 0.4) else text
