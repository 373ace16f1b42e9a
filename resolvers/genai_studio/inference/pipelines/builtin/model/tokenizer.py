"""Split a prompt into words of the model's vocabulary.

English words are looked up whole. Chinese text is segmented by longest match from
the left. An emoji is replaced with the words of its name. An unknown word is looked
up without its ending, then as a compound of two known words; otherwise it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from genai_studio.normalization import nfkc

MAX_TOKENS: Final = 24
"""Maximum number of tokens that the text encoder reads."""

LONGEST_CHINESE: Final = 8
START: Final = 1
RESERVED: Final = 2
"""Number of reserved IDs: 0 is padding, 1 is the start token. Words follow."""

# Dropped first when a prompt is too long. Includes every word for "image" that users write.
FILLERS: Final = frozenset({
    "a", "an", "the", "of", "is", "are", "be", "was", "it", "its", "this", "that", "and", "to",
    "very", "so", "just", "really", "some", "any", "please", "i", "me", "my", "you", "your",
    "want", "draw", "make", "create", "generate", "show", "image", "picture", "photo",
    "illustration", "drawing", "painting", "art", "style", "highly", "detailed", "masterpiece",
    "best", "quality", "high", "resolution", "beautiful", "stunning", "trending", "artstation",
    "digital", "professional", "award", "winning", "studio", "lighting", "sharp", "focus",
    "which", "who", "has", "have", "do", "will", "would", "could", "can", "4k", "8k", "hd",
})  # fmt: skip
ENDINGS: Final = (
    ("ies", "y"), ("es", ""), ("s", ""), ("'s", ""), ("ing", ""), ("ing", "e"), ("ed", ""),
    ("ed", "e"), ("ly", ""), ("er", ""), ("ish", ""),
)  # fmt: skip


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


class Tokenizer:
    """Converts prompts to token IDs.

    Args:
        words: Vocabulary. The ID of a word is its index plus `RESERVED`.
        emoji: Emoji (without U+FE0F) and their English names.
    """

    def __init__(self, words: Sequence[str], emoji: Mapping[str, str]) -> None:
        self._ids = {word: place + RESERVED for place, word in enumerate(words)}
        self._emoji = emoji
        self._longest_emoji = max((len(key) for key in emoji), default=1)

    def encode(self, prompt: str) -> list[int]:
        """Return the IDs of at most `MAX_TOKENS` tokens, the start token first."""
        words = list(self.words(prompt))
        if len(words) >= MAX_TOKENS:
            words = [word for word in words if word not in FILLERS] or words
        return [START, *(self._ids[word] for word in words[: MAX_TOKENS - 1])]

    def words(self, prompt: str) -> Iterable[str]:
        """Yield the known words of a prompt, in order."""
        text = nfkc(prompt).casefold().replace("’", "'")
        text = text.replace("\ufe0f", "")
        at = 0
        while at < len(text):
            character = text[at]
            if _is_plain(character):
                end = at
                while end < len(text) and (_is_plain(text[end]) or text[end] == "'"):
                    end += 1
                yield from self._known(text[at:end].strip("'"))
                at = end
            elif _is_chinese(character):
                length = self._longest_match(text, at)
                if length:
                    yield text[at : at + length]
                at += max(length, 1)
            else:
                length, name = self._emoji_at(text, at)
                if name:
                    yield from self.words(name)
                at += length

    def _longest_match(self, text: str, at: int) -> int:
        for length in range(min(LONGEST_CHINESE, len(text) - at), 0, -1):
            if text[at : at + length] in self._ids:
                return length
        return 0

    def _emoji_at(self, text: str, at: int) -> tuple[int, str]:
        for length in range(min(self._longest_emoji, len(text) - at), 0, -1):
            if name := self._emoji.get(text[at : at + length]):
                return length, name
        return 1, ""

    def _known(self, word: str) -> list[str]:
        if word in self._ids:
            return [word]
        for ending, instead in ENDINGS:
            if word.endswith(ending) and (stem := word[: -len(ending)] + instead) in self._ids:
                return [stem]
        for cut in range(len(word) - 3, 2, -1):
            if word[:cut] in self._ids and word[cut:] in self._ids:
                return [word[:cut], word[cut:]]
        return []
