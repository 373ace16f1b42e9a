"""The text encoder and the two denoisers, in PyTorch.

Text: frozen word vectors, a small transformer (Vaswani et al. 2017, pre-norm), and one
attention query a layer of the picture, so that 'red' beside an object and 'red' beside
'background' reach different layers. Denoisers: residual MLPs with adaptive layer norm
(Peebles and Xie 2023, adaLN) that predict the clean vector.
"""

from __future__ import annotations

import math

import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS
from genai_studio.inference.pipelines.builtin.scene import layers

TEXT = 256
SCENE_QUERIES = 4
QUERIES = 2 + SCENE_QUERIES
TEMPO = 128


class TextLayer(nn.Module):
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

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """`hidden` (B×1×1×T) is 0 where there is a word, very negative in the padding."""
        batch, length, width = x.shape
        joint = self.joint(self.before_attention(x))
        q, k, v = joint.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + hidden
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = x + self.out(mixed)
        widened = nn.functional.gelu(self.widen(self.before_feedforward(x)))
        return x + self.narrow(widened)


class TextEncoder(nn.Module):
    """Word vectors (B×T×96) and a mask (B×T, 1 for words) to B×QUERIES×TEXT."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.inward = nn.Linear(dimensions, TEXT)
        self.start = nn.Parameter(torch.randn(TEXT) * 0.5)
        self.position = nn.Parameter(torch.randn(MAX_TOKENS, TEXT) * 0.1)
        self.layers = nn.ModuleList(TextLayer(TEXT) for _ in range(2))
        self.norm = nn.LayerNorm(TEXT)
        self.queries = nn.Parameter(torch.randn(QUERIES, TEXT) * 0.5)
        self.keys = nn.Linear(TEXT, TEXT)
        self.values = nn.Linear(TEXT, TEXT)
        self.out = nn.Linear(TEXT, TEXT)

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, _ = vectors.shape
        first = torch.arange(length) == 0
        x = self.inward(vectors) + first[None, :, None] * self.start + self.position[:length]
        hidden = (mask[:, None, None] - 1) * 1e4
        for layer in self.layers:
            x = layer(x, hidden)
        x = self.norm(x)
        keys = self.keys(x).view(batch, length, 4, -1).transpose(1, 2)
        values = self.values(x).view(batch, length, 4, -1).transpose(1, 2)
        queries = self.queries.view(QUERIES, 4, -1).transpose(0, 1)
        scores = queries @ keys.transpose(-1, -2) / math.sqrt(TEXT // 4) + hidden
        pooled = (scores.softmax(-1) @ values).transpose(1, 2).reshape(batch, QUERIES, TEXT)
        return self.out(pooled)


class Tempo(nn.Module):
    """Embeds the noise level, given as the half log signal-to-noise ratio (B)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("frequency", torch.exp(torch.linspace(-2.0, 2.0, TEMPO // 2)))
        self.net = nn.Sequential(nn.Linear(TEMPO, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, level: torch.Tensor) -> torch.Tensor:
        angle = level[:, None] * self.frequency[None, :]
        return self.net(torch.cat([angle.sin(), angle.cos()], 1))


class Block(nn.Module):
    """A residual MLP block, shifted, scaled and gated by the conditioning."""

    def __init__(self, width: int, inner: int, conditioning: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.modulate = nn.Linear(conditioning, 3 * width)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        nn.init.zeros_(self.modulate.weight)
        nn.init.zeros_(self.modulate.bias)

    def forward(self, x: torch.Tensor, conditioning: torch.Tensor) -> torch.Tensor:
        shift, scale, gate = self.modulate(conditioning).chunk(3, 1)
        inner = self.norm(x) * (1 + scale) + shift
        return x + (1 + gate) * self.narrow(nn.functional.gelu(self.widen(inner)))


class Denoiser(nn.Module):
    """Noisy vector, noise level and text to the clean vector (raw, before any softmax)."""

    def __init__(self, size: int, text: int, width: int, inner: int, depth: int) -> None:
        super().__init__()
        self.size = size
        self.inward = nn.Linear(size, width)
        self.text = nn.Linear(text, TEXT)
        self.tempo = Tempo(TEXT)
        self.blocks = nn.ModuleList(Block(width, inner, TEXT) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.outward = nn.Linear(width, size)

    def forward(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        conditioning = nn.functional.silu(self.text(text) + self.tempo(level))
        hidden = self.inward(x)
        for block in self.blocks:
            hidden = block(hidden, conditioning)
        return self.outward(self.norm(hidden))


class SpriteDenoiser(Denoiser):
    """Denoises the code of either sprite, each with its own text query."""

    def __init__(self) -> None:
        super().__init__(layers.CODE, TEXT, 640, 896, 4)
        self.inward = nn.Linear(layers.CODE + 1, 640)

    def forward(
        self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor, solidity: torch.Tensor
    ) -> torch.Tensor:
        """`solidity` (B×1) is -1 for a flat drawing, 1 for one in 3D, between when unsure."""
        return super().forward(torch.cat([x, solidity], 1), level, text)


class SceneDenoiser(Denoiser):
    """Denoises the scene; categories come out as expected one-hot vectors in -1…1."""

    def __init__(self) -> None:
        super().__init__(layers.SCENE, TEXT * SCENE_QUERIES, 256, 384, 3)

    def logits(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """The raw output: logits of the categories, then the continuous values."""
        return super().forward(x, level, text)

    def forward(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        raw = self.logits(x, level, text)
        parts, at = [], 0
        for choices in layers.CATEGORIES.values():
            parts.append(raw[:, at : at + len(choices)].softmax(1) * 2 - 1)
            at += len(choices)
        return torch.cat([*parts, raw[:, at:]], 1)


class Model(nn.Module):
    """Everything that is trained together."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.text = TextEncoder(dimensions)
        self.sprite = SpriteDenoiser()
        self.scene = SceneDenoiser()
