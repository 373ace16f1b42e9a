"""Search terms: words, and bigrams for scripts without spaces."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genai_studio.domain.search.terms import MAX_TERMS, index_terms, query_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  … !? ()[]{}|\\ ", ()),
        ("a red apple", ("a", "red", "apple")),
        ("Apple, APPLE; apple!", ("apple",)),
        ("Straße STRASSE", ("strasse",)),
        ("café", ("café",)),
        ("cafe\u0301", ("café",)),
        ("ﬁne ＡＢＣ１２３", ("fine", "abc123")),
        ("snake_case kebab-case it's", ("snake", "case", "kebab", "it", "s")),
        ("f/1.8 24mm", ("f", "1", "8", "24mm")),
        ("красное ЯБЛОКО", ("красное", "яблоко")),
        ("빨간 사과", ("빨간", "사과")),
        ("苹果", ("苹", "苹果", "果")),
        ("红苹果", ("红", "红苹", "苹", "苹果", "果")),
        ("apple苹果pie", ("apple", "苹", "苹果", "果", "pie")),
        ("りんご", ("り", "りん", "ん", "んご", "ご")),
        ("苹果，梨", ("苹", "苹果", "果", "梨")),
        ("𠮷野家", ("𠮷", "𠮷野", "野", "野家", "家")),
        ("人々", ("人", "人々", "々")),
        ("👩‍🚀 astronaut", ("astronaut",)),
    ],
)
def test_the_terms_of_a_prompt(text: str, terms: tuple[str, ...]) -> None:
    assert index_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("Red Apple", ("red", "apple")),
        ("苹", ("苹",)),
        ("苹果", ("苹果",)),
        ("红苹果", ("红苹", "苹果")),
        ("apple苹", ("apple", "苹")),
    ],
)
def test_the_terms_of_a_query(text: str, terms: tuple[str, ...]) -> None:
    assert query_terms(text) == terms


def test_the_number_of_terms_is_limited() -> None:
    words = " ".join(f"word{number}" for number in range(1000))

    assert len(index_terms(words)) == len(query_terms(words)) == MAX_TERMS
    assert len(index_terms("一二三四五六七八九十百千万" * 100)) <= MAX_TERMS


SCRIPTS = st.text(
    alphabet=st.sampled_from("abzßéЯя 红苹果桌上りんご사과12 .,_-'\u0301\u200d🍎"), max_size=24
)


@given(SCRIPTS)
def test_a_prompt_matches_itself(text: str) -> None:
    assert set(query_terms(text)) <= set(index_terms(text))


@given(SCRIPTS, SCRIPTS)
def test_a_prompt_matches_each_of_its_words(one: str, other: str) -> None:
    prompt = f"{one} {other}"
    assume(len(index_terms(prompt)) < MAX_TERMS)

    assert set(query_terms(one)) | set(query_terms(other)) <= set(index_terms(prompt))


@given(SCRIPTS)
def test_terms_ignore_case_and_unicode_form(text: str) -> None:
    assert index_terms(text) == index_terms(unicodedata.normalize("NFD", text))
    assert index_terms(text.lower()) == index_terms(text)


@given(st.text())
def test_terms_are_distinct_and_without_spaces(text: str) -> None:
    terms = index_terms(text)

    assert len(terms) == len(set(terms)) <= MAX_TERMS
    assert all(term and not any(c.isspace() or c == "_" for c in term) for term in terms)
