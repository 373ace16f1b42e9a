"""Tells which object a picture shows, having never seen the model's training pictures.

A small residual network (He et al. 2016) learns every concept from the emoji
families of `drawings.SCORER_FAMILIES`, none of which the model is trained on, on
random backgrounds, sizes, tints and tilts. It crosses to a foreign drawing style
imperfectly, so `evaluate` reports beside each score how often the scorer recognises
the *true* Fluent drawing of the same concept: the most that any model could reach.

A picture passes when one of the wanted labels is among the scorer's first
`ACCEPTED_RANK` answers over all candidates: the labels that occur in the held-out
prompts. These rules were fixed before the model was trained; the README says which
families came later, and why.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from .. import concepts, drawings
from ..paths import CHECKPOINTS
from . import prompts

SIDE = 64
ACCEPTED_RANK = 5
STEPS = 9000
BATCH = 64
SEED = 20261123


class Block(nn.Module):
    """Two 3×3 convolutions with a residual connection; halves the side when `stride` is 2."""

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
    """RGB 64×64 in 0…1 to logits over the concepts."""
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
    """The labels that occur in the held-out prompts, sorted."""
    wanted = {label for p in prompts.load() for labels in p.objects for label in labels}
    unknown = wanted - {c.label for c in concepts.load()}
    assert not unknown, f"held-out prompts name unknown concepts: {sorted(unknown)}"
    return sorted(wanted)


def on_backgrounds(sprites: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Place sprites (N×4×S×S, 0…1, straight alpha) on random scenes: N×3×64×64.

    Backgrounds are plain colours, two- or three-band landscapes or dark skies, built
    here and not with the model's own compositor.
    """
    count = len(sprites)

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
    premultiplied = torch.cat([sprites[:, :3] * sprites[:, 3:], sprites[:, 3:]], 1)
    placed = nn.functional.grid_sample(premultiplied, grid, align_corners=False)
    colour, alpha = placed[:, :3], placed[:, 3:]
    grey = colour.mean(1, keepdim=True)
    tint = uniform(count, 3, 1, 1) * 1.4
    mix = (uniform(count, 1, 1, 1) - 0.4).clamp(min=0) * 1.6
    swapped = colour[:, torch.randperm(3, generator=random)]
    colour = torch.where(uniform(count, 1, 1, 1) < 0.25, swapped, colour)
    colour = (colour * (1 - mix) + grey * tint * mix).clamp(0, 1)
    rows = torch.arange(SIDE)[None, None, :, None] / SIDE
    bands = uniform(3, count, 3, 1, 1) ** 0.7
    first, second = uniform(2, count, 1, 1, 1)
    plain = uniform(count, 1, 1, 1) < 0.5
    landscape = torch.where(rows < first, bands[0], torch.where(rows < second, bands[1], bands[2]))
    pale = 1 - 0.25 * bands[0]
    background = torch.where(plain, pale, landscape).expand(count, 3, SIDE, SIDE)
    picture = colour + background * (1 - alpha)
    contrast = 0.7 + 0.6 * uniform(count, 1, 1, 1)
    picture = ((picture - 0.5) * contrast + 0.5).clamp(0, 1)
    return picture + 0.03 * torch.randn(picture.shape, generator=random)


def train() -> None:
    """Train the scorer once and keep it in `CHECKPOINTS/scorer.pt`."""
    target = CHECKPOINTS / "scorer.pt"
    if target.exists():
        return
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    random = torch.Generator().manual_seed(SEED)
    labels = [c.label for c in concepts.load()]
    index = {c.code: i for i, c in enumerate(concepts.load())}
    sprites, classes = [], []
    for family in drawings.SCORER_FAMILIES:
        codes, pictures = drawings.load(family)
        small = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        sprites.append(nn.functional.interpolate(small, size=(SIDE, SIDE), mode="area"))
        classes += [index[code] for code in codes]
    drawn, truth = torch.cat(sprites), torch.tensor(classes)
    wanted = {labels.index(label) for label in candidates()}
    weight = torch.tensor([4.0 if c in wanted else 1.0 for c in classes])
    model = network(len(labels))
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=STEPS)
    started = time.monotonic()
    for step in range(STEPS):
        chosen = torch.multinomial(weight, BATCH, replacement=True, generator=random)
        logits = model(on_backgrounds(drawn[chosen], random))
        loss = nn.functional.cross_entropy(logits, truth[chosen], label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 250 == 0:
            print(
                f"scorer {step}/{STEPS} loss {loss:.3f} {time.monotonic() - started:.0f} s",
                flush=True,
            )
    torch.save(model.state_dict(), target)


class Scorer:
    """The trained network over the candidate labels."""

    def __init__(self) -> None:
        labels = [c.label for c in concepts.load()]
        self.labels = candidates()
        self._columns = torch.tensor([labels.index(label) for label in self.labels])
        self._model = network(len(labels))
        self._model.load_state_dict(torch.load(CHECKPOINTS / "scorer.pt", weights_only=True))
        self._model.eval()

    @torch.no_grad()
    def ranking(self, picture: np.ndarray) -> list[str]:
        """Labels from the likeliest on, for one picture (H×W×3, float 0…1).

        Averages the picture, its mirror image and a closer crop of both.
        """
        whole = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float()
        edge_y, edge_x = picture.shape[0] // 10, picture.shape[1] // 10
        views = [whole, whole[:, :, edge_y:-edge_y, edge_x:-edge_x]]
        views = [nn.functional.interpolate(v, size=(SIDE, SIDE), mode="area") for v in views]
        views += [view.flip(3) for view in views]
        probability = self._model(torch.cat(views)).softmax(1).mean(0)[self._columns]
        order = probability.argsort(descending=True).tolist()
        return [self.labels[i] for i in order]

    def shows(
        self, picture: np.ndarray, wanted: tuple[str, ...], rank: int = ACCEPTED_RANK
    ) -> bool:
        """Whether one of the wanted labels is among the first `rank`."""
        return any(label in wanted for label in self.ranking(picture)[:rank])

    def shows_both(
        self, picture: np.ndarray, first: tuple[str, ...], second: tuple[str, ...]
    ) -> bool:
        """Two objects: each is recognised in another part of the picture.

        The parts are the left and right 55 % or the upper and lower 55 %.
        """
        height, width, _ = picture.shape
        wide, tall = round(width * 0.55), round(height * 0.55)
        halves = [
            (picture[:, :wide], picture[:, -wide:]),
            (picture[:tall], picture[-tall:]),
        ]
        for one, other in halves:
            if self.shows(one, first) and self.shows(other, second):
                return True
            if self.shows(one, second) and self.shows(other, first):
                return True
        return False
