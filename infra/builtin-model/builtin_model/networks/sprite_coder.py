"""The autoencoder between a sprite's principal component scores and its code.

Attribute names of this module are part of the saved checkpoints.
"""

from __future__ import annotations

import torch
from torch import nn

CODE = 160
COMPONENTS = 768
WIDTH = 1280


class SpriteCoder(nn.Module):
    """Encode PCA scores as codes and decode them. Scores are in pixel units.

    Args:
        spread: Standard deviation of each PCA score.
    """

    def __init__(self, spread: torch.Tensor) -> None:
        super().__init__()
        self.spread: torch.Tensor
        self.register_buffer("spread", spread.clamp(min=float(spread.max()) * 0.02))
        self.encoder = nn.Sequential(
            nn.Linear(COMPONENTS, WIDTH),
            nn.GELU(),
            nn.Linear(WIDTH, WIDTH),
            nn.GELU(),
            nn.Linear(WIDTH, CODE),
            nn.BatchNorm1d(CODE, affine=False),
        )
        self.decoder = nn.Sequential(
            nn.Linear(CODE, WIDTH),
            nn.GELU(),
            nn.Linear(WIDTH, WIDTH),
            nn.GELU(),
            nn.Linear(WIDTH, COMPONENTS),
        )
        self.meaning = nn.Linear(CODE, 384)

    def encode(self, scores: torch.Tensor) -> torch.Tensor:
        return self.encoder(scores / self.spread.mean())

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        return self.decoder(codes) * self.spread
