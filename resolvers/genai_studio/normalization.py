"""Unicode normalization in linear time.

`unicodedata.normalize` sorts the combining marks of a character by insertion,
which takes quadratic time for long runs of marks: 100,000 marks take 26 s.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

MAX_MARKS = 30
"""Combining marks to keep in one run, as in the Stream-Safe Text Format (UAX #15).
Natural text has fewer than five."""


def nfkc(text: str) -> str:
    """Return the text in Unicode normalization form KC, with at most `MAX_MARKS` marks in a run."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", "".join(_with_short_runs(text)))


def _with_short_runs(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            yield character
