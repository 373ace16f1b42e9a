"""The networks that encode an image as layers: the inverse of the compositor.

`SceneEncoder` sees the whole image and finds the scene. `SpriteEncoder` sees a window around
one sprite and finds its code, its color and its direction. Both are small residual networks
(He et al. 2016).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.encoder import SEEN, WHOLE
from genai_studio.inference.pipelines.builtin.scene import layers

HEIGHTS = 2
"""The scene encoder also predicts the center of each sprite, in image heights."""
SCENE_OUT = layers.SCENE + HEIGHTS
SPRITE_OUT = layers.CODE + len(layers.COLORS) + 2
"""Code, logits of the color, logits of the direction."""


class Block(nn.Module):
    """Two 3×3 convolutions with a residual connection. The stride halves the side."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inner, outer, 3, 2, 1, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(),
            nn.Conv2d(outer, outer, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outer),
        )
        self.skip = nn.Conv2d(inner, outer, 1, 2, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.skip(x))


def _trunk(stem: nn.Module, channels: tuple[int, ...]) -> nn.Sequential:
    blocks = [Block(a, b) for a, b in pairwise(channels)]
    return nn.Sequential(stem, nn.BatchNorm2d(channels[0]), nn.ReLU(), *blocks, nn.Flatten())


class SceneEncoder(nn.Module):
    """Encode an image and its shape: the scene vector and the heights of the sprites.

    Categories come out as expected one-hot vectors in -1…1, as in the scene denoiser.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = _trunk(nn.Conv2d(3, 32, 6, 4, 1, bias=False), (32, 64, 128))
        side = WHOLE // 16
        self.hidden = nn.Linear(128 * side * side + 1, 256)
        self.dropout = nn.Dropout(0.1)
        self.outward = nn.Linear(256, SCENE_OUT)

    def raw(self, image: torch.Tensor, aspect: torch.Tensor) -> torch.Tensor:
        """Return logits of the categories, then the continuous values."""
        seen = torch.cat([self.trunk(image * 2 - 1), aspect[:, None]], 1)
        return self.outward(self.dropout(nn.functional.gelu(self.hidden(seen))))

    def forward(self, image: torch.Tensor, aspect: torch.Tensor) -> torch.Tensor:
        """Encode images.

        Args:
            image: RGB in 0…1, squeezed into a square, N×3×`WHOLE`×`WHOLE`.
            aspect: Logarithm of width / height, N.
        """
        raw = self.raw(image, aspect)
        parts, at = [], 0
        for choices in layers.CATEGORIES.values():
            parts.append(raw[:, at : at + len(choices)].softmax(1) * 2 - 1)
            at += len(choices)
        return torch.cat([*parts, raw[:, at:]], 1)


class SpriteEncoder(nn.Module):
    """Encode windows around sprites: RGB in 0…1, N×3×`SEEN`×`SEEN`, to N×`SPRITE_OUT`."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = _trunk(nn.Conv2d(3, 32, 5, 2, 2, bias=False), (32, 72, 160))
        side = SEEN // 8
        self.hidden = nn.Linear(160 * side * side, 640)
        self.dropout = nn.Dropout(0.1)
        self.outward = nn.Linear(640, SPRITE_OUT)

    def forward(self, window: torch.Tensor) -> torch.Tensor:
        hidden = nn.functional.gelu(self.hidden(self.trunk(window * 2 - 1)))
        return self.outward(self.dropout(hidden))
