"""Fold text, so that spellings that readers consider the same become equal.

Folding applies compatibility decomposition (NFKD), full case folding, and the removal
of accents and of invisible characters, and then composes the rest (NFC). Vowel signs
and tone marks of Indic and Southeast Asian scripts, and the voicing marks of kana,
distinguish words, so they stay.
"""

from __future__ import annotations

import unicodedata

MAX_MARKS = 30
"""Maximum marks after one letter, as in the Stream-Safe Text Format (UAX 15).

Normalization sorts the marks of a letter in quadratic time, so longer runs are cut.
"""

ZERO_WIDTH_JOINER = "\u200d"

_MAX_CACHED = 8192
_EMOJI_TAGS = range(0xE0020, 0xE0080)
_TATWEEL = "\u0640"

_BASE_LETTERS = {
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
}
"""Letters that Unicode does not decompose, but that readers search for by these."""

_ACCENTED = (
    *((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),
    *((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),  # variation selectors
    (0x0483, 0x0489),  # Cyrillic
    (0x0591, 0x05C7),  # Hebrew
    *((0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED)),  # Arabic
    *((0x0897, 0x089F), (0x08CA, 0x08FF)),  # Arabic, extended
    *((0x0711, 0x0711), (0x0730, 0x074A)),  # Syriac
)
"""Code points of marks that a reader may omit. Only the marks (category M) among them."""


class _FoldingTable(dict[int, str]):
    """A table for `str.translate` that computes its entries."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _MAX_CACHED:
            self[code] = folded
        return folded


def fold(text: str) -> str:
    """Return the folded text. Takes linear time."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _cut_mark_runs(text.translate(_TABLE)))


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(_fold_part(part) for part in unicodedata.normalize("NFKD", decomposed))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if part == _TATWEEL or (category.startswith("M") and _is_accent(part)):
        return ""
    if category == "Cf" and part != ZERO_WIDTH_JOINER and ord(part) not in _EMOJI_TAGS:
        return ""
    return _BASE_LETTERS.get(part, part)


def _is_accent(mark: str) -> bool:
    return any(first <= ord(mark) <= last for first, last in _ACCENTED)


def _cut_mark_runs(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        # Marks with the combining class 0 end a run that normalization sorts, but a
        # run of them would still make one long grapheme cluster.
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


_TABLE = _FoldingTable()
