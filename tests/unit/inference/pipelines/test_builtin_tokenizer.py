"""Tokenization of prompts for the built-in model."""

from __future__ import annotations

import pytest

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS, START, Tokenizer

TOKENIZER = Tokenizer(
    ["a", "red", "apple", "cat", "berry", "space", "hike", "猫", "沙滩", "沙", "上", "masterpiece"],
    {"🍎": "red apple", "🐈‍⬛": "cat"},
)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("A red, RED apple!", ["a", "red", "red", "apple"]),
        ("cats", ["cat"]),
        ("the cat's berries", ["cat", "berry"]),
        ("hiking hiked", ["hike", "hike"]),
        ("spacecat", ["space", "cat"]),
        ("qwerty", []),
        ("沙滩上的猫", ["沙滩", "上", "猫"]),
        ("red猫red", ["red", "猫", "red"]),
        ("🍎🐈‍⬛", ["red", "apple", "cat"]),
        ("🍎\ufe0f", ["red", "apple"]),
        ("🛸", []),
        ("", []),
    ],
)
def test_words_are_found(prompt: str, words: list[str]) -> None:
    assert list(TOKENIZER.words(prompt)) == words


def test_an_encoding_begins_with_the_start_token() -> None:
    assert TOKENIZER.encode("") == [START]
    assert TOKENIZER.encode("a red")[0] == START


def test_a_long_prompt_is_truncated() -> None:
    assert len(TOKENIZER.encode("red apple " * 1000)) == MAX_TOKENS


def test_filler_words_are_dropped_first() -> None:
    padded = TOKENIZER.encode("masterpiece " * 40 + "cat")
    assert padded == TOKENIZER.encode("cat")


def test_a_hostile_prompt_is_tokenized_in_linear_time() -> None:
    assert len(TOKENIZER.encode("沙🍎" * 50_000)) == MAX_TOKENS
