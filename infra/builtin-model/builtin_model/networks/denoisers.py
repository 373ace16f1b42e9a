"""The sprite denoiser and the scene denoiser.

Both are residual MLPs with adaptive layer norm (Peebles and Xie 2023, adaLN) that predict
the clean vector.

Attribute names of these modules are part of the saved checkpoints.
"""

from __future__ import annotations

import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.scene import layers

from .text_encoder import SCENE_QUERIES, TEXT, TextEncoder

LEVEL_FEATURES = 128


class NoiseLevelEmbedding(nn.Module):
    """Embed the noise level, given as half the log signal-to-noise ratio (B)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("frequency", torch.exp(torch.linspace(-2.0, 2.0, LEVEL_FEATURES // 2)))
        self.net = nn.Sequential(
            nn.Linear(LEVEL_FEATURES, width), nn.SiLU(), nn.Linear(width, width)
        )

    def forward(self, level: torch.Tensor) -> torch.Tensor:
        angle = level[:, None] * self.frequency[None, :]
        return self.net(torch.cat([angle.sin(), angle.cos()], 1))


class Block(nn.Module):
    """A residual MLP block that the conditioning shifts, scales and gates."""

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
    """Predict the clean vector from a noisy vector, the noise level and the text."""

    def __init__(self, size: int, text: int, width: int, inner: int, depth: int) -> None:
        super().__init__()
        self.size = size
        self.inward = nn.Linear(size, width)
        self.text = nn.Linear(text, TEXT)
        self.tempo = NoiseLevelEmbedding(TEXT)
        self.blocks = nn.ModuleList(Block(width, inner, TEXT) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.outward = nn.Linear(width, size)

    def forward(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """Return the raw prediction, before any softmax."""
        conditioning = nn.functional.silu(self.text(text) + self.tempo(level))
        hidden = self.inward(x)
        for block in self.blocks:
            hidden = block(hidden, conditioning)
        return self.outward(self.norm(hidden))


class SpriteDenoiser(Denoiser):
    """Denoise the code of one sprite. Both sprites use it, each with its own text query."""

    def __init__(self) -> None:
        super().__init__(layers.CODE, TEXT, 640, 896, 4)
        self.inward = nn.Linear(layers.CODE + 1, 640)

    def forward(
        self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor, solidity: torch.Tensor
    ) -> torch.Tensor:
        """Predict the clean code.

        Args:
            x: Noisy code, B×`layers.CODE`.
            level: Half the log signal-to-noise ratio, B.
            text: Encoded text of the sprite, B×`TEXT`.
            solidity: Drawing style, B×1: -1 for flat, 1 for 3D, between if uncertain.
        """
        return super().forward(torch.cat([x, solidity], 1), level, text)


class SceneDenoiser(Denoiser):
    """Denoise the scene. Categories come out as expected one-hot vectors in -1…1."""

    def __init__(self) -> None:
        super().__init__(layers.SCENE, TEXT * SCENE_QUERIES, 256, 384, 3)

    def logits(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """Return the raw output: logits of the categories, then the continuous values."""
        return super().forward(x, level, text)

    def forward(self, x: torch.Tensor, level: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        raw = self.logits(x, level, text)
        parts, at = [], 0
        for choices in layers.CATEGORIES.values():
            parts.append(raw[:, at : at + len(choices)].softmax(1) * 2 - 1)
            at += len(choices)
        return torch.cat([*parts, raw[:, at:]], 1)


class Model(nn.Module):
    """The networks that are trained together."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.text = TextEncoder(dimensions)
        self.sprite = SpriteDenoiser()
        self.scene = SceneDenoiser()
