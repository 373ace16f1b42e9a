"""Split prompts into search terms: words, and bigrams for text without spaces.

SQLite's tokenizers do not find 苹果 inside a Chinese sentence, and DynamoDB has
no tokenizer. Both stores therefore use the terms from this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_TERMS = 192
"""Maximum terms per prompt: 192 words, or about 96 Chinese characters, which
produce two terms each. Search does not cover the rest of the prompt."""

MAX_TERM_LENGTH = 64
"""Maximum length of a term in characters. DynamoDB limits the size of keys."""

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)


def index_terms(text: str) -> tuple[str, ...]:
    """Return the distinct terms of a prompt in order, at most `MAX_TERMS`.

    Chinese and Japanese text produces its characters and its bigrams, so that
    a query for a single character matches.
    """
    return tuple(_first_distinct(_terms(text, single_characters=True)))


def query_terms(text: str) -> tuple[str, ...]:
    """Return the terms of a query. A prompt matches if it contains all of them."""
    return tuple(_first_distinct(_terms(text, single_characters=False)))


def _terms(text: str, *, single_characters: bool) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    for word in _WORD.findall(folded):
        position = 0
        for run in _UNSPACED.finditer(word):
            if run.start() > position:
                yield word[position : run.start()]
            yield from _grams(run.group(), single_characters=single_characters)
            position = run.end()
        if position < len(word):
            yield word[position:]


def _grams(run: str, *, single_characters: bool) -> Iterator[str]:
    for index, character in enumerate(run):
        if single_characters or len(run) == 1:
            yield character
        if index + 1 < len(run):
            yield run[index : index + 2]


def _first_distinct(terms: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for whole in terms:
        term = whole[:MAX_TERM_LENGTH]
        if term not in seen:
            seen.add(term)
            yield term
        if len(seen) == MAX_TERMS:
            return
