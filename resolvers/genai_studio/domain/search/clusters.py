"""Split folded text into grapheme clusters, and tell which ones form words.

The rules follow UAX 29. Word characters are letters, marks and numbers. Unlike UAX 29,
an apostrophe, a period or an underscore inside a word separates: a search for `case`
finds `snake_case`. Scripts without spaces between words produce single clusters.

This needs only the categories in `unicodedata`: a library with the complete tables
would double the size of the smallest Lambda bundle.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum, auto

from genai_studio.domain.search.folding import ZERO_WIDTH_JOINER


class Kind(Enum):
    """The role of a grapheme cluster in search.

    Attributes:
        WORD: Part of a word in a script with spaces.
        UNSPACED: Part of a text in a script without spaces.
        SYMBOL: An emoji or another symbol.
        SEPARATOR: Anything else.
    """

    WORD = auto()
    UNSPACED = auto()
    SYMBOL = auto()
    SEPARATOR = auto()


_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Hangul Jamo
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue, Khmer symbols
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x1B00, 0x1B7F),  # Balinese
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration mark and zero
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3041, 0x318F),  # Hiragana, Katakana, Bopomofo, Hangul Compatibility Jamo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0xA4CF),  # Han, Yi
    (0xA960, 0xA97F),
    (0xA980, 0xA9DF),  # Javanese
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAADF),  # Burmese, Tai Viet
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0x11700, 0x1174F),  # Ahom
    (0x16FE0, 0x18DFF),  # Tangut, Khitan
    (0x1AFF0, 0x1B2FF),  # Kana and Nushu
    (0x20000, 0x3FFFF),  # Han
)
"""Scripts without spaces between words, and Hangul, where particles follow the noun."""

_STARTS = tuple(first for first, _ in _UNSPACED)

_LINKERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\ua9c0")
"""Signs that join the next consonant to the cluster (rule GB9c)."""

_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_REGIONAL_INDICATORS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_EMOJI_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))

_EMOJI_EXTENDERS = _SKIN_TONES | _EMOJI_TAGS


def clusters(text: str) -> Iterator[tuple[str, Kind]]:
    """Yield the grapheme clusters of a folded text, with one separator at most in a row."""
    cluster, kind = "", Kind.SEPARATOR
    joined = False
    for character in text:
        if character == ZERO_WIDTH_JOINER:
            # Between letters the joiner affects only the shape.
            joined = kind is Kind.SYMBOL
            continue
        if kind is not Kind.SEPARATOR and _extends(cluster, kind, character, joined=joined):
            cluster += ZERO_WIDTH_JOINER + character if joined else character
            joined = False
            continue
        joined = False
        next_kind = _kind(character)
        if kind is not Kind.SEPARATOR or next_kind is not Kind.SEPARATOR:
            if cluster:
                yield cluster, kind
            cluster, kind = character, next_kind
    if cluster:
        yield cluster, kind


def _extends(cluster: str, kind: Kind, character: str, *, joined: bool) -> bool:
    """Return whether a character belongs to the cluster before it."""
    if character.isascii():
        return False
    if kind is Kind.SYMBOL:
        if character in _REGIONAL_INDICATORS:
            return len(cluster) == 1 and cluster in _REGIONAL_INDICATORS
        if joined or character in _EMOJI_EXTENDERS:
            return character in _EMOJI_EXTENDERS or _kind(character) is Kind.SYMBOL
    category = unicodedata.category(character)
    return category.startswith("M") or (cluster[-1] in _LINKERS and category == "Lo")


def _kind(character: str) -> Kind:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return Kind.UNSPACED if _is_unspaced(character) else Kind.WORD
    if category[0] == "S":
        return Kind.SYMBOL
    # A mark without a letter, a space, punctuation, or a control character.
    return Kind.SEPARATOR


def _is_unspaced(character: str) -> bool:
    index = bisect_right(_STARTS, ord(character)) - 1
    return index >= 0 and ord(character) <= _UNSPACED[index][1]
