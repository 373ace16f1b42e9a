"""The text encoder.

Frozen word vectors go through a small pre-norm transformer (Vaswani et al. 2017). Each
layer of the image then has its own attention query, so that "red" next to an object and
"red" next to "background" condition different layers.

Attribute names of these modules are part of the saved checkpoints.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS

TEXT = 256
"""Width of the encoded text."""
SCENE_QUERIES = 4
QUERIES = 2 + SCENE_QUERIES
"""One query for each sprite, then the queries of the scene."""


class TransformerLayer(nn.Module):
    """One pre-norm transformer layer with four heads."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.joint = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.before_feedforward = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
        """Apply the layer.

        Args:
            x: Encoded words, B×T×width.
            padding: Added to the attention scores, B×1×1×T: 0 for words, a large
                negative number for padding.
        """
        batch, length, width = x.shape
        joint = self.joint(self.before_attention(x))
        q, k, v = joint.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + padding
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = x + self.out(mixed)
        widened = nn.functional.gelu(self.widen(self.before_feedforward(x)))
        return x + self.narrow(widened)


class TextEncoder(nn.Module):
    """Encode word vectors as one vector per query."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.inward = nn.Linear(dimensions, TEXT)
        self.start = nn.Parameter(torch.randn(TEXT) * 0.5)
        self.position = nn.Parameter(torch.randn(MAX_TOKENS, TEXT) * 0.1)
        self.layers = nn.ModuleList(TransformerLayer(TEXT) for _ in range(2))
        self.norm = nn.LayerNorm(TEXT)
        self.queries = nn.Parameter(torch.randn(QUERIES, TEXT) * 0.5)
        self.keys = nn.Linear(TEXT, TEXT)
        self.values = nn.Linear(TEXT, TEXT)
        self.out = nn.Linear(TEXT, TEXT)

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Encode a batch of captions.

        Args:
            vectors: Word vectors, B×T×dimensions.
            mask: 1 for words and 0 for padding, B×T.

        Returns:
            The encoded text, B×`QUERIES`×`TEXT`.
        """
        batch, length, _ = vectors.shape
        first = torch.arange(length) == 0
        x = self.inward(vectors) + first[None, :, None] * self.start + self.position[:length]
        padding = (mask[:, None, None] - 1) * 1e4
        for layer in self.layers:
            x = layer(x, padding)
        x = self.norm(x)
        keys = self.keys(x).view(batch, length, 4, -1).transpose(1, 2)
        values = self.values(x).view(batch, length, 4, -1).transpose(1, 2)
        queries = self.queries.view(QUERIES, 4, -1).transpose(0, 1)
        scores = queries @ keys.transpose(-1, -2) / math.sqrt(TEXT // 4) + padding
        pooled = (scores.softmax(-1) @ values).transpose(1, 2).reshape(batch, QUERIES, TEXT)
        return self.out(pooled)
