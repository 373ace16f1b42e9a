"""Split prompts and queries into search terms.

A prompt matches a query if it contains all terms of the query:

- A word of a query matches at the beginning of a word, so that search works while
  typing. The terms of a prompt are therefore all beginnings of its words.
- Scripts without spaces match anywhere. Their terms are pairs of grapheme clusters,
  and for a prompt also single clusters.
- An emoji or another symbol matches only itself.

SQLite's tokenizers do not find 苹果 inside a Chinese sentence, and DynamoDB has
no tokenizer. Both stores therefore use the terms from this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from genai_studio.domain.search.clusters import Kind, clusters
from genai_studio.domain.search.folding import fold

VERSION = 2
"""Version of the terms. Increase it with every change of the terms of a text, so that
the stores index their records again."""

MAX_TERMS = 1024
"""Maximum terms per prompt: about 170 words, or 500 Chinese characters. Search does
not cover the rest of the prompt."""

MAX_QUERY_TERMS = 16
"""Maximum terms per query. Search ignores the rest of the query."""

MAX_TEXT_LENGTH = 8192
"""Maximum length of a prompt in characters. Search does not cover the rest."""

MAX_QUERY_LENGTH = 1024
"""Maximum length of a query in characters. Search ignores the rest."""

MAX_WORD_LENGTH = 24
"""Longer words match if their first grapheme clusters match."""

MAX_TERM_LENGTH = 64
"""Maximum length of a term in characters. DynamoDB limits the size of keys."""

_ASCII_RUN = re.compile(r"[a-z0-9]+|[$+<=>^`|~]")


def index_terms(text: str) -> tuple[str, ...]:
    """Return the distinct terms of a prompt in order, at most `MAX_TERMS`."""
    terms = _terms(_fold(text, MAX_TEXT_LENGTH), whole_words=False)
    return tuple(islice(_distinct(terms), MAX_TERMS))


def query_terms(text: str) -> tuple[str, ...]:
    """Return the distinct terms of a query in order, at most `MAX_QUERY_TERMS`.

    Nothing matches a query without terms.
    """
    terms = _terms(_fold(text, MAX_QUERY_LENGTH), whole_words=True)
    return tuple(islice(_distinct(terms), MAX_QUERY_TERMS))


def board_term(board_id: str) -> str:
    """Return the term that the stores index for a generation on a board.

    No prompt has it, nor a term that it begins with, because “@” is not part of any term.
    """
    return f"@{board_id}"


def _fold(text: str, max_length: int) -> str:
    # Some characters fold to as many as 18.
    return fold(text[:max_length])[:max_length]


def _terms(folded: str, *, whole_words: bool) -> Iterator[str]:
    for kind, run in _runs(folded):
        if kind is Kind.SYMBOL:
            yield from run
        elif kind is Kind.WORD:
            yield from _word_terms(run[:MAX_WORD_LENGTH], whole=whole_words)
        elif kind is Kind.UNSPACED:
            yield from _pairs(run, singles=not whole_words or len(run) == 1)


def _runs(folded: str) -> Iterator[tuple[Kind, Sequence[str]]]:
    """Yield the longest runs of clusters of one kind."""
    if folded.isascii():
        # Most prompts. The same result as below, 3 times faster.
        for run in _ASCII_RUN.findall(folded):
            yield (Kind.WORD if run[0].isalnum() else Kind.SYMBOL), run
        return
    for kind, group in groupby(clusters(folded), key=lambda pair: pair[1]):
        yield kind, [cluster for cluster, _ in group]


def _word_terms(word: Sequence[str], *, whole: bool) -> Iterator[str]:
    shortest = len(word) if whole else 1
    for length in range(shortest, len(word) + 1):
        yield "".join(word[:length])


def _pairs(run: Sequence[str], *, singles: bool) -> Iterator[str]:
    for index, cluster in enumerate(run):
        if singles:
            yield cluster
        if index + 1 < len(run):
            yield cluster + run[index + 1]


def _distinct(terms: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for whole in terms:
        term = whole[:MAX_TERM_LENGTH]
        if term not in seen:
            seen.add(term)
            yield term
