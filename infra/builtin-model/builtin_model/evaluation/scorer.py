"""The scorer: a classifier of objects in images, trained on other drawings than the model.

A small residual network (He et al. 2016) learns every concept from the emoji families in
`sprites.SCORER_FAMILIES`, on random backgrounds, sizes, tints and tilts. The model is
trained on none of these families. The scorer does not generalize perfectly to an unknown
drawing style. `evaluate` therefore reports next to each score how often the scorer
recognizes the *true* Fluent drawing of the same concept, which is the upper bound for any
model.

An image passes if one of the accepted labels is among the scorer's first `ACCEPTED_RANK`
answers over all candidates. The candidates are the labels in the held-out prompts. These
rules were fixed before the model was trained. The README says which families were added
later and why.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from ..data import concepts, sprites
from ..paths import CHECKPOINTS
from . import held_out_prompts

SIDE = 64
ACCEPTED_RANK = 5
STEPS = 9000
BATCH = 64
SEED = 20261123


class Block(nn.Module):
    """Two 3×3 convolutions with a residual connection. A stride of 2 halves the side."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inner, outer, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(),
            nn.Conv2d(outer, outer, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outer),
        )
        self.skip = nn.Conv2d(inner, outer, 1, stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + self.skip(x))


def network(classes: int) -> nn.Module:
    """Return the untrained network: RGB (64×64, 0…1) to logits over the concepts."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 5, 2, 2, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        Block(32, 64, 2),
        Block(64, 128, 2),
        Block(128, 256, 2),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(1024, classes),
    )


def candidates() -> list[str]:
    """Return the sorted labels that occur in the held-out prompts."""
    held_out = held_out_prompts.load()
    labels = {label for p in held_out for accepted in p.objects for label in accepted}
    unknown = labels - {c.label for c in concepts.load()}
    assert not unknown, f"The held-out prompts name unknown concepts: {sorted(unknown)}"
    return sorted(labels)


def on_backgrounds(rgba: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Place sprites on random backgrounds.

    Backgrounds are plain colors, landscapes of two or three bands, or dark skies. They do
    not use the model's compositor.

    Args:
        rgba: Sprites with straight alpha, N×4×S×S, 0…1.
        random: Source of all randomness.

    Returns:
        RGB images, N×3×64×64.
    """
    count = len(rgba)

    def uniform(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=random)

    scale = 0.55 + 0.6 * uniform(count)
    tilt = (uniform(count) - 0.5) * 0.6
    mirror = torch.where(uniform(count) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(tilt) / scale, torch.sin(tilt) / scale
    shift = (uniform(count, 2) - 0.5) * 0.5
    affine = torch.stack(
        [
            torch.stack([cos * mirror, -sin * mirror, shift[:, 0]], 1),
            torch.stack([sin, cos, shift[:, 1]], 1),
        ],
        1,
    )
    grid = nn.functional.affine_grid(affine, [count, 4, SIDE, SIDE], align_corners=False)
    premultiplied = torch.cat([rgba[:, :3] * rgba[:, 3:], rgba[:, 3:]], 1)
    placed = nn.functional.grid_sample(premultiplied, grid, align_corners=False)
    color, alpha = placed[:, :3], placed[:, 3:]
    gray = color.mean(1, keepdim=True)
    tint = uniform(count, 3, 1, 1) * 1.4
    mix = (uniform(count, 1, 1, 1) - 0.4).clamp(min=0) * 1.6
    swapped = color[:, torch.randperm(3, generator=random)]
    color = torch.where(uniform(count, 1, 1, 1) < 0.25, swapped, color)
    color = (color * (1 - mix) + gray * tint * mix).clamp(0, 1)
    rows = torch.arange(SIDE)[None, None, :, None] / SIDE
    bands = uniform(3, count, 3, 1, 1) ** 0.7
    first, second = uniform(2, count, 1, 1, 1)
    plain = uniform(count, 1, 1, 1) < 0.5
    landscape = torch.where(rows < first, bands[0], torch.where(rows < second, bands[1], bands[2]))
    pale = 1 - 0.25 * bands[0]
    background = torch.where(plain, pale, landscape).expand(count, 3, SIDE, SIDE)
    images = color + background * (1 - alpha)
    contrast = 0.7 + 0.6 * uniform(count, 1, 1, 1)
    images = ((images - 0.5) * contrast + 0.5).clamp(0, 1)
    return images + 0.03 * torch.randn(images.shape, generator=random)


def train() -> None:
    """Train the scorer and write `CHECKPOINTS/scorer.pt`, unless that file exists."""
    target = CHECKPOINTS / "scorer.pt"
    if target.exists():
        return
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    random = torch.Generator().manual_seed(SEED)
    labels = [c.label for c in concepts.load()]
    index = {c.code: i for i, c in enumerate(concepts.load())}
    families, classes = [], []
    for family in sprites.SCORER_FAMILIES:
        codes, images = sprites.load(family)
        small = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
        families.append(nn.functional.interpolate(small, size=(SIDE, SIDE), mode="area"))
        classes += [index[code] for code in codes]
    inputs, targets = torch.cat(families), torch.tensor(classes)
    candidate_classes = {labels.index(label) for label in candidates()}
    weight = torch.tensor([4.0 if c in candidate_classes else 1.0 for c in classes])
    model = network(len(labels))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=STEPS)
    started = time.monotonic()
    for step in range(STEPS):
        chosen = torch.multinomial(weight, BATCH, replacement=True, generator=random)
        logits = model(on_backgrounds(inputs[chosen], random))
        loss = nn.functional.cross_entropy(logits, targets[chosen], label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 250 == 0:
            print(
                f"scorer {step}/{STEPS} loss {loss:.3f} {time.monotonic() - started:.0f} s",
                flush=True,
            )
    torch.save(model.state_dict(), target)


class Scorer:
    """The trained network, restricted to the candidate labels."""

    def __init__(self) -> None:
        labels = [c.label for c in concepts.load()]
        self.labels = candidates()
        self._columns = torch.tensor([labels.index(label) for label in self.labels])
        self._model = network(len(labels))
        self._model.load_state_dict(torch.load(CHECKPOINTS / "scorer.pt", weights_only=True))
        self._model.eval()

    @torch.no_grad()
    def ranking(self, image: np.ndarray) -> list[str]:
        """Return the candidate labels of an image (H×W×3, float in 0…1), most likely first.

        The probabilities are the mean over the image, a closer crop, and the mirror images
        of both.
        """
        whole = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float()
        edge_y, edge_x = image.shape[0] // 10, image.shape[1] // 10
        views = [whole, whole[:, :, edge_y:-edge_y, edge_x:-edge_x]]
        views = [nn.functional.interpolate(v, size=(SIDE, SIDE), mode="area") for v in views]
        views += [view.flip(3) for view in views]
        probability = self._model(torch.cat(views)).softmax(1).mean(0)[self._columns]
        order = probability.argsort(descending=True).tolist()
        return [self.labels[i] for i in order]

    def shows(
        self, image: np.ndarray, accepted: tuple[str, ...], rank: int = ACCEPTED_RANK
    ) -> bool:
        """Return whether one of the accepted labels is among the first `rank` answers."""
        return any(label in accepted for label in self.ranking(image)[:rank])

    def shows_both(
        self, image: np.ndarray, first: tuple[str, ...], second: tuple[str, ...]
    ) -> bool:
        """Return whether two objects are recognized in different parts of an image.

        The parts are the left and right 55 %, or the upper and lower 55 %.
        """
        height, width, _ = image.shape
        wide, tall = round(width * 0.55), round(height * 0.55)
        halves = [
            (image[:, :wide], image[:, -wide:]),
            (image[:tall], image[-tall:]),
        ]
        for one, other in halves:
            if self.shows(one, first) and self.shows(other, second):
                return True
            if self.shows(one, second) and self.shows(other, first):
                return True
        return False
