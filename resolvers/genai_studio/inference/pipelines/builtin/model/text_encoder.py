"""Encode a prompt as one conditioning vector for each layer of the image."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS, RESERVED, Tokenizer
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import Names, WholeNames
from genai_studio.inference.pipelines.builtin.scene.layers import Floats


class TextEncoder:
    """Frozen word vectors and a small transformer with one query per layer.

    Args:
        weights: The weights.
        chinese_names: Chinese names and the English name of the same thing.
    """

    def __init__(self, weights: Weights, chinese_names: Mapping[str, str]) -> None:
        vocabulary = json.loads(weights.read("vocabulary.json"))
        self._tokenizer = Tokenizer(vocabulary["words"], vocabulary["emoji"])
        self._names = Names(vocabulary["emoji"].values(), chinese_names)
        stored = weights.arrays("word_vectors.npz")
        self._vectors, self._scales = stored["vectors"], stored["scales"]
        self._network = weights.network("text_encoder.onnx")

    def knows(self, prompt: str) -> bool:
        """Return whether the prompt has a word of the vocabulary."""
        return len(self._tokenizer.encode(prompt)) > 1

    def names(self, prompt: str) -> WholeNames:
        """Find the names that matter for a prompt."""
        return self._names.of(list(self._tokenizer.words(prompt))[:MAX_TOKENS])

    def encode(self, prompts: list[str]) -> Floats:
        """Encode every prompt. Returns an array of shape (N, layers, width)."""
        rows = [self._tokenizer.encode(prompt) for prompt in prompts]
        vectors = np.zeros((len(rows), MAX_TOKENS, self._vectors.shape[1]), np.float32)
        mask = np.zeros((len(rows), MAX_TOKENS), np.float32)
        for place, row in enumerate(rows):
            words = np.array(row[1:], np.int64) - RESERVED
            scaled = self._vectors[words].astype(np.float32) * self._scales
            vectors[place, 1 : len(row)] = scaled
            mask[place, : len(row)] = 1
        (conditioning,) = self._network.run(None, {"vectors": vectors, "mask": mask})
        return np.asarray(conditioning, np.float32)
