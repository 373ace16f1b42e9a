"""The network that sharpens a decoded sprite and triples its side.

A sub-pixel convolutional network (Shi et al. 2016) on half-size feature maps, modulated by
the sprite's code (FiLM, Perez et al. 2018). It removes the mottling and the soft edges that
the principal components leave.

Attribute names of these modules are part of the saved checkpoints.
"""

from __future__ import annotations

import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.scene import layers

from ..data import sprite_planes
from .sprite_coder import SpriteCoder

CHANNELS = 48
DEPTH = 6
SCALE = 3


class Sharpener(nn.Module):
    """Upscale premultiplied RGBA (N×4×S×S) to N×4×3S×3S, given the sprites' codes."""

    def __init__(self) -> None:
        super().__init__()
        self.inward = nn.Conv2d(16, CHANNELS, 3, padding=1)
        self.film = nn.Linear(layers.CODE, 2 * CHANNELS)
        self.layers = nn.ModuleList(
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1) for _ in range(DEPTH)
        )
        self.outward = nn.Conv2d(CHANNELS, 4 * (2 * SCALE) ** 2, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        nn.init.normal_(self.outward.weight, std=1e-3)
        nn.init.zeros_(self.outward.bias)

    def forward(self, rgba: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        scale, shift = self.film(codes)[:, :, None, None].chunk(2, 1)
        x = self.inward(nn.functional.pixel_unshuffle(rgba, 2))
        x = x * (1 + scale) + shift
        for index in range(0, DEPTH, 2):
            inner = nn.functional.relu(self.layers[index](nn.functional.relu(x)))
            x = x + self.layers[index + 1](inner)
        sharp = nn.functional.pixel_shuffle(self.outward(nn.functional.relu(x)), 2 * SCALE)
        soft = nn.functional.interpolate(rgba, scale_factor=SCALE, mode="bilinear")
        return soft + sharp


class SpriteDecoder(nn.Module):
    """Decode codes (N×160) to premultiplied RGBA (N×4×192×192), as the runtime does."""

    def __init__(self, coder: SpriteCoder, mean: torch.Tensor, basis: torch.Tensor) -> None:
        super().__init__()
        self.decoder = coder.decoder
        self.spread: torch.Tensor
        self.mean: torch.Tensor
        self.basis: torch.Tensor
        self.register_buffer("spread", coder.spread)
        self.register_buffer("mean", mean)
        self.register_buffer("basis", basis)
        self.sharpener = Sharpener()

    def soft(self, codes: torch.Tensor) -> torch.Tensor:
        """Decode codes to the 64×64 sprites before sharpening."""
        planes = (self.decoder(codes) * self.spread) @ self.basis + self.mean
        return sprite_planes.from_planes(planes)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.sharpener(self.soft(codes), codes).clamp(0, 1)
