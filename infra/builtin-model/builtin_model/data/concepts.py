"""Selection of the emoji that the model knows, with their English and Chinese names.

Excluded are flags, signs, arrows, letters, clock faces, skin tones and the gendered or
directional variants of one person. Names, tags and groups come from emojibase (MIT).
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass

from .packages import folder

GROUPS = {0, 1, 3, 4, 5, 6, 7}
EXCLUDED_SUBGROUPS = {
    "person-gesture", "person-activity", "person-resting", "family", "person-symbol",
    "place-map", "hand-fingers-partial", "hand-single-finger",
}  # fmt: skip
KEPT_LABELS = {
    "person running", "woman dancing", "man dancing", "ballet dancer", "person walking",
    "person in lotus position", "footprints", "world map", "victory hand", "OK hand",
    "globe showing Americas", "globe showing Asia-Australia", "compass", "people hugging",
}  # fmt: skip
EXCLUDED_LABELS = re.compile(
    r"facing right|o’clock|-thirty|^(man|woman|men|women) (?!with headscarf)|: |Japanese (?!dolls)"
    r"|medium|low volume|hand with|eye in speech|speech bubble|anger bubble|with ballot"
    r"|button|moving|suit$|mx claus|pregnant|breast|feeding baby|person (in tux|with veil)",
    re.IGNORECASE,
)
ALWAYS_KEPT = {"man", "woman", "boy", "girl", "medium-light skin tone"}


@dataclass(frozen=True)
class Concept:
    """One emoji with its names in both languages.

    Attributes:
        code: Unicode code points in uppercase hexadecimal, joined by '-', without FE0F.
        label: English name in lowercase.
        tags: English keywords.
        zh_label: Chinese name.
        zh_tags: Chinese keywords.
        emoji: The emoji character.
        subgroup: Subgroup in emojibase, such as `animal-mammal`.
    """

    code: str
    label: str
    tags: tuple[str, ...]
    zh_label: str
    zh_tags: tuple[str, ...]
    emoji: str
    subgroup: str


def without_selector(code: str) -> str:
    """Return a hexadecimal code without the emoji presentation selector (FE0F)."""
    return "-".join(part for part in code.upper().split("-") if part != "FE0F")


def load() -> list[Concept]:
    """Return every concept in Unicode order."""
    return list(_load())


@functools.cache
def _load() -> tuple[Concept, ...]:
    root = folder("emojibase-data")
    subgroups = json.loads((root / "meta/groups.json").read_text())["subgroups"]
    chinese = {e["hexcode"]: e for e in json.loads((root / "zh/data.json").read_text())}
    found = []
    for entry in json.loads((root / "en/data.json").read_text()):
        if entry.get("group") not in GROUPS:
            continue
        label, subgroup = entry["label"], subgroups[str(entry["subgroup"])]
        kept = label in KEPT_LABELS or label in ALWAYS_KEPT
        if not kept and (subgroup in EXCLUDED_SUBGROUPS or EXCLUDED_LABELS.search(label)):
            continue
        zh = chinese.get(entry["hexcode"], {})
        found.append(
            Concept(
                without_selector(entry["hexcode"]),
                label.lower().replace("’", "'"),
                tuple(tag.lower().replace("’", "'") for tag in entry.get("tags", ())),
                zh.get("label", ""),
                tuple(zh.get("tags", ())),
                entry["emoji"],
                subgroup,
            )
        )
    return tuple(found)


NEAR_DUPLICATES = re.compile(
    r"wards (pushing )?hand|palm (down|up)|facing fist|ear with|head shaking|locked with"
    r"|card index|mailbox with lowered|oncoming (taxi|police|bus)|dotted line|love hotel"
    r"|button|bookmark tabs|(in|out)box tray|(in|out)coming env|chart increasing with"
    r"|speaker|mobile phone with|(waxing|waning) gibbous|waning crescent|(first|last) quarter"
)


def trainable() -> list[Concept]:
    """Return the concepts that the model is trained on: `load()` without near-duplicates."""
    return [concept for concept in load() if not NEAR_DUPLICATES.search(concept.label)]
