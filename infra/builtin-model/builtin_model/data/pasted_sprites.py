"""Sprites pasted on parts of drawn scenes: cheap training windows of the sprite encoder."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.encoder import REACH, SEEN
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.recolor import LUMA, recolor

from .sampled_layers import SPRITE, SampledLayers

SIDE = 48
COLORED = 0.35
GRAY = 0.06
TILT, ZOOM, SHIFT = 0.14, 0.1, 0.12
"""Largest tilt in radians, change of size and shift in halves of the window."""

Windows = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""Images (N×3×`SEEN`×`SEEN`), codes, colors, mirrored or not, whether the color is visible."""


class PastedSprites:
    """Random windows with the sprites of samples.

    Args:
        samples: Sprites and their codes.
        wholes: Drawn scenes, N×H×W×3, uint8. Their parts are the backgrounds.
    """

    def __init__(self, samples: SampledLayers, wholes: np.ndarray) -> None:
        count, half = len(samples.sprites), SPRITE // SIDE
        blocks = samples.sprites.reshape(count, SIDE, half, SIDE, half, 4)
        self.sprites = blocks.astype(np.float32).mean((2, 4)).round().astype(np.uint8)
        self.codes, self.wholes = torch.from_numpy(samples.codes), wholes

    def __call__(self, count: int, random: torch.Generator) -> Windows:
        """Return random windows."""

        def uniform(*shape: int) -> torch.Tensor:
            return torch.rand(*shape, generator=random)

        rows = torch.randint(len(self.sprites), (count,), generator=random)
        colors = torch.randint(1, len(layers.COLORS), (count,), generator=random)
        colors = torch.where(uniform(count) < COLORED, colors, 0)
        mirrored = torch.randint(2, (count,), generator=random)
        drawn = [
            recolor(self.sprites[row].astype(np.float32) / 255, layers.COLORS[color])
            for row, color in zip(rows.tolist(), colors.tolist(), strict=True)
        ]
        rgba = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2).float()
        tilt = (uniform(count) - 0.5) * 2 * TILT
        zoom = REACH * (1 + (uniform(count) - 0.5) * 2 * ZOOM)
        flip = 1 - 2 * mirrored.float()
        cos, sin = torch.cos(tilt) * zoom, torch.sin(tilt) * zoom
        x, y = (uniform(2, count) - 0.5) * 2 * SHIFT
        affine = torch.stack(
            [torch.stack([cos * flip, -sin * flip, x], 1), torch.stack([sin, cos, y], 1)], 1
        )
        grid = nn.functional.affine_grid(affine, [count, 4, SEEN, SEEN], align_corners=False)
        placed = nn.functional.grid_sample(rgba, grid, align_corners=False)
        images = placed[:, :3] + self._backgrounds(count, random) * (1 - placed[:, 3:])
        gray = (images * torch.from_numpy(LUMA)[None, :, None, None]).sum(1, keepdim=True)
        plain = uniform(count) < GRAY
        images = torch.where(plain[:, None, None, None], gray.expand_as(images), images)
        return images, self.codes[rows], colors, mirrored, (~plain).float()

    def _backgrounds(self, count: int, random: torch.Generator) -> torch.Tensor:
        side = self.wholes.shape[1]
        rows = torch.randint(len(self.wholes), (count,), generator=random)
        corners = torch.randint(side - SEEN + 1, (2, count), generator=random)
        parts = [
            self.wholes[row, y : y + SEEN, x : x + SEEN]
            for row, y, x in zip(rows.tolist(), *corners.tolist(), strict=True)
        ]
        backgrounds = torch.from_numpy(np.stack(parts)).permute(0, 3, 1, 2).float() / 255
        turned = torch.rand(1, generator=random).item() < 0.5
        return backgrounds.flip(3) if turned else backgrounds
