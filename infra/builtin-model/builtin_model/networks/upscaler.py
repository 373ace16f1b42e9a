"""The network that doubles or quadruples the side of an image.

A sub-pixel convolutional network (Shi et al. 2016) on half-size feature maps. It predicts the
difference from Lanczos interpolation (Kim et al. 2016, residual learning), which the runtime
adds: an untrained network is as good as Lanczos, and training can only improve on it.
"""

from __future__ import annotations

import torch
from torch import nn

CHANNELS = 40
DEPTH = 4


class Upscaler(nn.Module):
    """Predict what Lanczos interpolation of an image misses.

    The input is RGB in 0…1, N×3×H×W with even H and W. The output is N×3×(factor H)×(factor W).
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.inward = nn.Conv2d(12, CHANNELS, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1) for _ in range(DEPTH)
        )
        self.outward = nn.Conv2d(CHANNELS, 3 * (2 * factor) ** 2, 3, padding=1)
        nn.init.normal_(self.outward.weight, std=1e-3)
        nn.init.zeros_(self.outward.bias)

    def forward(self, rgb: torch.Tensor) -> torch.Tensor:
        halves = nn.functional.pixel_unshuffle(rgb, 2)
        x = self.inward(halves)
        for index in range(0, DEPTH, 2):
            inner = nn.functional.relu(self.layers[index](nn.functional.relu(x)))
            x = x + self.layers[index + 1](inner)
        return nn.functional.pixel_shuffle(self.outward(nn.functional.relu(x)), 2 * self.factor)
