"""Training of the upscalers on sharp drawings that are reduced in several ways.

The loss is the absolute error and the squared error of pixels. Inputs are reduced by
a box, a bilinear, a bicubic or a Lanczos filter, because the origin of an upload is unknown;
some are compressed as JPEG, so that the network does not sharpen artifacts.
"""

from __future__ import annotations

import functools
import io
import math
import time

import numpy as np
import torch
from PIL import Image
from torch import nn

from ..data.drawings import Drawings
from ..networks.upscaler import Upscaler
from ..paths import CHECKPOINTS

FACTORS = (2, 4)
STEPS = {2: 1200, 4: 1200}
BATCH = 16
PATCH = {2: 40, 4: 32}
"""Side of the reduced patches."""
TRIES = 3
"""A patch is the one with the most contrast of this many."""
RATE = 2e-3
BORDER = 4
SCENES = 560
DRAWINGS = 420
SEED = 20261204
FILTERS = (
    Image.Resampling.BOX, Image.Resampling.BOX, Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC, Image.Resampling.BICUBIC, Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)  # fmt: skip


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


@functools.cache
def _scenes() -> list[Image.Image]:
    sets = [Drawings(family, held_out=False, most=DRAWINGS) for family in ("flat", "3d")]
    return [sets[number % 2].scene(number) for number in range(SCENES)]


def _detail(image: Image.Image) -> float:
    return float(np.asarray(image.convert("L"), np.float32).std())


class Patches:
    """Random reduced patches, the same after Lanczos interpolation, and the sharp patches."""

    def __init__(self, factor: int) -> None:
        self.factor = factor
        self.scenes = _scenes()

    def sample(self, step: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the reduced, the interpolated and the sharp patches of a step."""
        random = np.random.default_rng([SEED, self.factor, step])
        small, plain, large = [], [], []
        side = PATCH[self.factor]
        for _ in range(BATCH):
            scene = self.scenes[int(random.integers(len(self.scenes)))]
            sharp = max((self._crop(scene, random) for _ in range(TRIES)), key=_detail)
            method = FILTERS[int(random.integers(len(FILTERS)))]
            reduced = sharp.resize((side, side), method)
            if random.random() < 0.05:
                reduced = _compressed(reduced, int(random.integers(80, 98)))
            interpolated = reduced.resize(sharp.size, Image.Resampling.LANCZOS)
            turns, mirrored = int(random.integers(4)), random.random() < 0.5
            for image, kept in ((reduced, small), (interpolated, plain), (sharp, large)):
                pixels = np.rot90(np.asarray(image), turns)
                kept.append(pixels[:, ::-1] if mirrored else pixels)
        tensors = [
            torch.from_numpy(np.stack(kept)).permute(0, 3, 1, 2).float() / 255
            for kept in (small, plain, large)
        ]
        return tensors[0], tensors[1], tensors[2]

    def _crop(self, scene: Image.Image, random: np.random.Generator) -> Image.Image:
        wide = PATCH[self.factor] * self.factor
        x, y = (int(random.integers(scene.width - wide + 1)) for _ in range(2))
        return scene.crop((x, y, x + wide, y + wide))


def train_one(factor: int, steps: int) -> None:
    """Train one upscaler and write `CHECKPOINTS/upscaler_x<factor>.pt`. Resumes."""
    target = CHECKPOINTS / f"upscaler_x{factor}.pt"
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    model = Upscaler(factor)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    first = 0
    if target.exists():
        state = torch.load(target)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    if first == steps:
        return
    patches = Patches(factor)
    started, average = time.monotonic(), 0.0
    for step in range(first, steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.01 + 0.99 * cosine)
        small, plain, large = patches.sample(step)
        inner = slice(BORDER * factor, -BORDER * factor)
        error = (plain + model(small) - large)[:, :, inner, inner]
        loss = error.abs().mean() + 4 * (error**2).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        average = 0.98 * average + 0.02 * loss.item() if average else loss.item()
        if step % 200 == 199 or step == steps - 1:
            elapsed = time.monotonic() - started
            print(f"upscaler ×{factor} {step + 1}/{steps} loss {average:.4f} {elapsed:.0f} s",
                  flush=True)  # fmt: skip
            torch.save(
                {
                    "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                },
                target.with_suffix(".new"),
            )  # fmt: skip
            target.with_suffix(".new").replace(target)


def train() -> None:
    """Train both upscalers on one thread."""
    torch.set_num_threads(1)
    for factor in FACTORS:
        train_one(factor, STEPS[factor])


def load(factor: int) -> Upscaler:
    """Return a trained upscaler."""
    model = Upscaler(factor)
    model.load_state_dict(torch.load(CHECKPOINTS / f"upscaler_x{factor}.pt")["model"])
    return model.eval()
