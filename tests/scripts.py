"""Letters and marks of the world's scripts, from the Unicode character names."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Script:
    """A script.

    Attributes:
        name: The prefix of its characters' names.
        characters: Its letters, and the marks that belong to the words.
    """

    name: str
    characters: str


@cache
def _named() -> dict[str, list[str]]:
    by_prefix: dict[str, list[str]] = {}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in {"Lu", "Ll", "Lo", "Mn", "Mc"}:
            name = unicodedata.name(character, "")
            for kind in (
                " LETTER ",
                " VOWEL SIGN ",
                " SIGN ",
                " SYLLABLE ",
                " IDEOGRAPH",
                " CHARACTER ",
            ):
                prefix, found, _ = name.partition(kind)
                if found:
                    by_prefix.setdefault(prefix.removesuffix(" UNIFIED"), []).append(character)
                    break
    return by_prefix


def _script(name: str) -> Script:
    characters = _named()[name]
    step = max(1, len(characters) // 300)
    return Script(name, "".join(characters[::step]))


SPACED = tuple(
    map(
        _script,
        (
            *("LATIN SMALL", "LATIN CAPITAL", "GREEK SMALL", "GREEK CAPITAL", "CYRILLIC SMALL"),
            *("CYRILLIC CAPITAL", "ARMENIAN SMALL", "GEORGIAN", "HEBREW", "ARABIC", "SYRIAC"),
            *("DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "TAMIL", "TELUGU", "KANNADA"),
            *("MALAYALAM", "ORIYA", "SINHALA", "ETHIOPIC", "TIBETAN", "CHEROKEE", "MONGOLIAN"),
        ),
    )
)
"""Scripts with spaces between words."""

UNSPACED = tuple(
    map(
        _script,
        (
            *("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "YI", "THAI", "LAO", "MYANMAR"),
            *("KHMER", "BALINESE", "JAVANESE"),
        ),
    )
)
"""Scripts without spaces between words, and Hangul, where particles follow the noun."""

SYMBOLS = ("🦊", "🍎", "👩", "👩\u200d🚀", "👍", "👍🏽", "🇹🇭", "🇩🇪", "❤", "→", "€", "+", "♀", "🏴")
