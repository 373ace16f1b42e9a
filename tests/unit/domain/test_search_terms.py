"""Search terms: beginnings of words, pairs for scripts without spaces, and symbols."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from genai_studio.domain.search.clusters import Kind, clusters
from genai_studio.domain.search.folding import fold
from genai_studio.domain.search.terms import (
    MAX_QUERY_TERMS,
    MAX_TERMS,
    MAX_WORD_LENGTH,
    board_term,
    index_terms,
    query_terms,
)
from tests.scripts import SPACED, SYMBOLS, UNSPACED, Script


def matches(prompt: str, query: str) -> bool:
    """Return whether a search for `query` finds `prompt`."""
    terms = query_terms(query)
    return bool(terms) and set(terms) <= set(index_terms(prompt))


@given(st.text() | st.text("@ａ@b-1#️⃣＠﹫"))
def test_no_prompt_has_the_term_of_a_board(text: str) -> None:
    board = board_term(text)

    for term in (*index_terms(text), *index_terms(board), *query_terms(board)):
        assert not term.startswith("@")
        # In DynamoDB the sort key of a posting begins with its term and “#”.
        assert not board.startswith(f"{term}#")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  … !? ()[]{}\\ ", ()),
        ("a red", ("a", "r", "re", "red")),
        ("Red, RED; red!", ("r", "re", "red")),
        ("it's", ("i", "it", "s")),
        ("f/1.8 24mm", ("f", "1", "8", "2", "24", "24m", "24mm")),
        ("苹果", ("苹", "苹果", "果")),
        ("pie苹果", ("p", "pi", "pie", "苹", "苹果", "果")),
        ("𠮷野家", ("𠮷", "𠮷野", "野", "野家", "家")),
        ("人々", ("人", "人々", "々")),
        ("नीली", ("नी", "नीली")),
        ("क्या", ("क्या",)),
        ("ส้ม", ("ส้", "ส้ม", "ม")),
        ("👩\u200d🚀 fox", ("👩\u200d🚀", "f", "fo", "fox")),
        ("👍🏽🇹🇭🇩🇪❤\ufe0f", ("👍🏽", "🇹🇭", "🇩🇪", "❤")),
        ("c++", ("c", "+")),
    ],
)
def test_terms_of_prompt(text: str, terms: tuple[str, ...]) -> None:
    assert index_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        (" … !? ", ()),
        ("\u200b\u200d\ufeff", ()),
        ("\u0301", ()),
        ("Red Apple", ("red", "apple")),
        ("苹", ("苹",)),
        ("红苹果", ("红苹", "苹果")),
        ("apple苹", ("apple", "苹")),
        ("🦊", ("🦊",)),
    ],
)
def test_terms_of_query(text: str, terms: tuple[str, ...]) -> None:
    assert query_terms(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("café", "cafe"),
        ("café", "cafe\u0301"),
        ("красная Ёлка", "КРАСНАЯ елка"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευς"),
        ("σ", "ς"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ﬁne ＡＢＣ１２３", "fine abc123"),
        ("smørrebrød Łódź đ", "smorrebrod lodz d"),
        ("قِطَّة", "قطة"),
        ("قـطة", "قطة"),
        ("أحمر", "احمر"),
        ("שָׁלוֹם", "שלום"),
        ("٣ ๓ ३", "3 3 3"),
        ("ｶﾞ", "ガ"),
        ("می\u200cخواهم", "میخواهم"),
        ("co\u00adoperate", "cooperate"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_equal_to_a_reader(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("नीली", "नीला"), ("か", "が"), ("มา", "ม้า"), ("ハ", "パ"), ("ក", "កា")],
)
def test_different_to_a_reader(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert not matches(one, other)


@pytest.mark.parametrize(
    ("prompt", "query"),
    [
        ("a red apple", "pple"),
        ("नीली नाव नदी पर", "नीला"),
        ("नीली", "न"),
        ("苹树果", "苹果"),
        ("a fox", "🦊"),
        ("👩\u200d🚀", "👩"),
        ("🇹🇭🇩🇪", "🇭🇩"),
        ("a red apple", "…"),
    ],
)
def test_no_match(prompt: str, query: str) -> None:
    assert not matches(prompt, query)


SCRIPT = st.sampled_from(SPACED + UNSPACED)


@st.composite
def words(draw: st.DrawFn, scripts: tuple[Script, ...]) -> str:
    """Draw a word of one script with its combining marks."""
    script = draw(st.sampled_from(scripts))
    return draw(
        st.text(alphabet=st.sampled_from(script.characters), min_size=1, max_size=12).filter(
            lambda text: unicodedata.category(text[0])[0] == "L"
        )
    )


@pytest.mark.parametrize("script", SPACED, ids=lambda script: script.name)
@settings(max_examples=20)
@given(data=st.data())
def test_beginning_of_word_finds_prompt(script: Script, data: st.DataObject) -> None:
    text = data.draw(words((script,)))
    other = data.draw(words(SPACED))
    split = [cluster for cluster, _ in clusters(fold(text))]

    for length in range(1, len(split) + 1):
        assert matches(f"{other} {text}, {other}", "".join(split[:length]))


@pytest.mark.parametrize("script", UNSPACED, ids=lambda script: script.name)
@settings(max_examples=20)
@given(data=st.data())
def test_any_part_finds_prompt_without_spaces(script: Script, data: st.DataObject) -> None:
    text = data.draw(words((script,)))
    split = [cluster for cluster, _ in clusters(fold(text))]
    begin = data.draw(st.integers(0, len(split) - 1))
    end = data.draw(st.integers(begin + 1, len(split)))

    assert matches(text, "".join(split[begin:end]))


@pytest.mark.parametrize("script", SPACED + UNSPACED, ids=lambda script: script.name)
def test_letters_of_script_are_indexed(script: Script) -> None:
    for letter in script.characters:
        if unicodedata.category(letter)[0] == "L":
            assert matches(f"x {letter}", letter), hex(ord(letter))


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbol_matches_only_itself(symbol: str) -> None:
    assert matches(f"a{symbol}b", symbol)
    assert not any(matches(f"a {other} b", symbol) for other in SYMBOLS if other != symbol)


@given(st.text(max_size=40))
def test_prompt_matches_itself(text: str) -> None:
    assert set(query_terms(text)) <= set(index_terms(text))


@given(words(SPACED + UNSPACED), words(SPACED + UNSPACED))
def test_prompt_matches_each_of_its_words(one: str, other: str) -> None:
    assert matches(f"{one} {other}", one)
    assert matches(f"{one} {other}", f"{other} {one}")


@given(words(SPACED + UNSPACED))
def test_terms_ignore_case_and_unicode_form(text: str) -> None:
    assert index_terms(text) == index_terms(unicodedata.normalize("NFD", text))
    assert index_terms(text) == index_terms(unicodedata.normalize("NFC", text))
    assert index_terms(text.casefold()) == index_terms(text)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_terms_are_distinct_and_begin_with_no_mark(text: str) -> None:
    terms = index_terms(text)

    assert len(terms) == len(set(terms)) <= MAX_TERMS
    for term in terms:
        assert term
        assert not any(c.isspace() or c in "_#" for c in term)
        assert unicodedata.category(term[0])[0] != "M"


@given(st.text(max_size=30))
def test_clusters_preserve_text_outside_separators(text: str) -> None:
    folded = fold(text)
    kept = "".join(cluster for cluster, kind in clusters(folded) if kind is not Kind.SEPARATOR)

    assume("\u200d" not in folded)
    remaining = iter(folded)
    assert all(character in remaining for character in kept)


def test_ascii_text_has_same_terms_as_other_text() -> None:
    """ASCII text takes a faster path."""
    text = "".join(map(chr, range(32, 127))) + " Word2 it's snake_case 1.8 a+b"

    assert index_terms(f"{text} 苹") == (*index_terms(text), "苹")


def test_number_of_terms_is_limited() -> None:
    many = " ".join(f"word{number}" for number in range(3000))

    assert len(index_terms(many)) == MAX_TERMS
    assert len(query_terms(many)) == MAX_QUERY_TERMS
    assert len(index_terms("一二三四五六七八九十百千万" * 100)) <= MAX_TERMS


def test_long_word_matches_by_its_beginning() -> None:
    word = "ab" * 100

    assert len(index_terms(word)) == MAX_WORD_LENGTH
    assert matches(word, word)


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301" * 50_000 + "\u0316" * 50_000,
        "क" + "\u093c\u094d" * 50_000,
        "ก" + "\u0e38\u0e48" * 50_000,
        "\ufdfa" * 50_000,
        "👩\u200d" * 50_000,
        "苹" * 100_000,
        "a " * 50_000,
    ],
    ids=["accents", "Devanagari", "Thai", "long expansion", "joiners", "Han", "words"],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    began = time.process_time()
    index_terms(text)
    query_terms(text)

    assert time.process_time() - began < 1


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0e38\u0e48", "\u093c\u094d"])
def test_folding_is_linear_in_marks(marks: str) -> None:
    began = time.process_time()
    fold("ก" + marks * 100_000)

    assert time.process_time() - began < 2
