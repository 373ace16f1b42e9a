"""The vocabulary and its frozen word vectors.

English words come from the phrase tables and from MiniLM's most frequent whole words.
Chinese words come from emojibase's names and keywords and from the phrase tables. A Chinese
word gets the vector of its English meaning: the label of the emoji that it names, or the
mean over all emoji that it describes. Both languages therefore share one vector space.
Vectors are MiniLM embeddings, reduced by PCA to `DIMENSIONS` and half whitened. Training
does not change them.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np

from ..data import concepts
from ..paths import CHECKPOINTS
from . import names, phrases, sentence_vectors

DIMENSIONS = 96
FREQUENT_WORDS = 15000
MAX_MEANINGS = 25


def caption_words() -> set[str]:
    """Return every English word that a caption can contain."""
    texts: list[str] = []
    for table in (
        phrases.COLORS, phrases.PLACES, phrases.LIGHTS, phrases.WEATHERS, phrases.FINISHES,
        phrases.FINISH_OPENERS, phrases.FAMILIES, phrases.COUNTS,
    ):  # fmt: skip
        texts += [text for wordings in table.values() for text in wordings]
    for wordings in (
        phrases.OPENERS, phrases.FILLERS, phrases.ADJECTIVES, phrases.SMALL, phrases.LARGE,
        phrases.SOLID, phrases.BESIDE, phrases.ABOVE, phrases.BELOW,
    ):  # fmt: skip
        texts += wordings
    texts += [name for entry in names.table().values() for name in entry.english]
    texts += [names.plural(name) for entry in names.table().values() for name in entry.english]
    texts += list(phrases.ZH_ENGLISH.values())
    found = {w for text in texts for w in re.findall(r"[a-z0-9']+", text.lower())} | {"a", "i"}
    return {word.strip("'") for word in found if word.strip("'")}


def _english_words() -> list[str]:
    frequent = [
        w for w in sentence_vectors.vocabulary() if w.isascii() and w.isalpha() and len(w) > 1
    ]
    return sorted(caption_words() | set(frequent[:FREQUENT_WORDS]))


def distractors() -> tuple[str, ...]:
    """Return the English words of the vocabulary that no phrase or name uses."""
    known = caption_words()
    return tuple(w for w in load()[0] if w.isascii() and w.isalpha() and w not in known)


def _chinese_meanings() -> dict[str, list[str]]:
    """Map each Chinese word to the English texts whose mean vector it gets."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for concept in concepts.trainable():
        for word in {concept.zh_label, *concept.zh_tags}:
            meanings[word].append(concept.label)
    meanings = defaultdict(list, {w: m for w, m in meanings.items() if len(m) <= MAX_MEANINGS})
    for concept in concepts.trainable():
        meanings[concept.zh_label] = [concept.label]
    for chinese, english in (
        (phrases.ZH_COLORS, phrases.COLORS), (phrases.ZH_PLACES, phrases.PLACES),
        (phrases.ZH_LIGHTS, phrases.LIGHTS), (phrases.ZH_WEATHERS, phrases.WEATHERS),
        (phrases.ZH_FINISHES, phrases.FINISHES), (phrases.ZH_FAMILIES, phrases.FAMILIES),
    ):  # fmt: skip
        for choice, words in chinese.items():
            for word in words:
                meanings[word] = [english[choice][0]]
    for words, text in ((phrases.ZH_ADJECTIVES, "cute"), (phrases.ZH_MEASURES, "a"),
                        (phrases.ZH_FILLERS, "detailed"), (phrases.ZH_OPENERS, "a picture of"),
                        (phrases.ZH_SMALL, "tiny"), (phrases.ZH_LARGE, "huge")):  # fmt: skip
        for word in words:
            meanings[word] = [text]
    for word, text in phrases.ZH_ENGLISH.items():
        meanings[word] = [text]
    return {w: m for w, m in meanings.items() if re.fullmatch(r"[\u3400-\u9fff]{1,8}", w)}


def build() -> None:
    """Write `vocabulary.json` (words, emoji names) and `word_vectors.npy` to `CHECKPOINTS`."""
    target = CHECKPOINTS / "vocabulary.json"
    if target.exists():
        return
    english = _english_words()
    meanings = _chinese_meanings()
    texts = sorted({text for group in meanings.values() for text in group})
    vector_of = dict(zip(texts, sentence_vectors.encode(texts), strict=True))
    chinese = {w: np.mean([vector_of[t] for t in group], axis=0) for w, group in meanings.items()}
    by_character: dict[str, list[np.ndarray]] = defaultdict(list)
    for word, vector in chinese.items():
        for character in word:
            by_character[character].append(vector)
    for character, vectors in by_character.items():
        chinese.setdefault(character, np.mean(vectors, axis=0))
    vectors = np.concatenate([sentence_vectors.encode(english), np.stack(list(chinese.values()))])
    centered = vectors - vectors.mean(0)
    values, directions = np.linalg.eigh(centered.T @ centered / len(centered))
    values, directions = values[::-1][:DIMENSIONS], directions[:, ::-1][:, :DIMENSIONS]
    projected = centered @ directions / values**0.25
    projected *= 1 / projected.std()
    np.save(CHECKPOINTS / "word_vectors.npy", projected.astype(np.float32))
    emoji = {c.emoji.replace("\ufe0f", ""): c.label for c in concepts.trainable()}
    words = [*english, *chinese]
    target.write_text(json.dumps({"words": words, "emoji": emoji}, ensure_ascii=False))
    print(f"{len(english)} English and {len(chinese)} Chinese words.", flush=True)


def load() -> tuple[list[str], dict[str, str], np.ndarray]:
    """Return the words, the emoji names and the word vectors."""
    stored = json.loads(Path(CHECKPOINTS / "vocabulary.json").read_text())
    return stored["words"], stored["emoji"], np.load(CHECKPOINTS / "word_vectors.npy")
