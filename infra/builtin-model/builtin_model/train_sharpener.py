"""Trains the sharpener on the decoded sprites of the training set, with noisy codes.

The loss is the absolute error of premultiplied colour and alpha, which keeps flat
areas flat and edges hard where a squared error would blur them, plus the same of
neighbouring differences, which punishes mottling.
"""

from __future__ import annotations

import argparse
import math
import time

import torch
from torch import nn

from . import concepts, drawings, sprite_planes
from .paths import CHECKPOINTS
from .sharpener import SCALE, SpriteDrawer
from .train_sprite_codes import SpriteCoder

STEPS = 2400
BATCH = 24
CROP = 32
RATE = 2e-3
NOISE = 0.45
SEED = 20261123
BORDER = 2 * SCALE


def drawer() -> SpriteDrawer:
    """The sprite drawer with the trained decoder and an untrained sharpener."""
    stored = torch.load(CHECKPOINTS / "sprite_codes.pt")
    coder = SpriteCoder(stored["scores"].std(0))
    coder.load_state_dict(stored["model"])
    return SpriteDrawer(coder.eval(), stored["mean"], stored["basis"])


def load() -> SpriteDrawer:
    """The finished sprite drawer."""
    made = drawer()
    made.load_state_dict(torch.load(CHECKPOINTS / "sharpener.pt")["drawer"])
    return made.eval()


def full_size() -> torch.Tensor:
    """The training sprites as uint8 straight RGBA, N×192×192×4, in the codes' order."""
    wanted = {c.code for c in concepts.drawn()}
    pictures = []
    for family in drawings.MODEL_FAMILIES:
        codes, drawn = drawings.load(family)
        pictures.append(torch.from_numpy(drawn[[code in wanted for code in codes]]))
    return torch.cat(pictures)


def difference(got: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Absolute error of values and of neighbouring differences."""
    error = got - true
    value = error.abs().mean()
    across = (error[..., 1:] - error[..., :-1]).abs().mean()
    down = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return value + 0.5 * (across + down)


def train(steps: int = STEPS) -> None:
    """Train to `steps`, continuing from the last checkpoint; writes `sharpener.pt`."""
    target = CHECKPOINTS / "sharpener.pt"
    torch.manual_seed(SEED)
    model, pictures = drawer(), full_size()
    codes = torch.load(CHECKPOINTS / "sprite_codes.pt")["codes"]
    optimiser = torch.optim.AdamW(model.sharpener.parameters(), lr=RATE, weight_decay=0.0)
    first = 0
    if target.exists():
        state = torch.load(target)
        model.load_state_dict(state["drawer"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    started, shown = time.monotonic(), 0.0
    for step in range(first, steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimiser.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.01 + 0.99 * cosine)
        random = torch.Generator().manual_seed(SEED + step)
        chosen = torch.randint(len(codes), (BATCH,), generator=random)
        noise = torch.rand(BATCH, 1, generator=random) * NOISE
        code = codes[chosen] + noise * torch.randn(BATCH, codes.shape[1], generator=random)
        with torch.no_grad():
            soft = model.soft(code)
        true = sprite_planes.premultiplied(pictures[chosen].numpy(), drawings.SIDE)
        y, x = torch.randint(sprite_planes.SIDE - CROP + 1, (2,), generator=random).tolist()
        y, x = y - y % 2, x - x % 2
        window = soft[:, :, y : y + CROP, x : x + CROP]
        wanted = true[:, :, y * SCALE : (y + CROP) * SCALE, x * SCALE : (x + CROP) * SCALE]
        got = model.sharpener(window, code)
        inner = slice(BORDER, -BORDER)
        loss = difference(got[:, :, inner, inner], wanted[:, :, inner, inner])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.sharpener.parameters(), 0.5)
        optimiser.step()
        shown = 0.97 * shown + 0.03 * loss.item() if shown else loss.item()
        if step % 50 == 0:
            print(
                f"sharpener {step}/{steps} loss {shown:.4f} {time.monotonic() - started:.0f} s",
                flush=True,
            )
        if step % 200 == 199 or step == steps - 1:
            state = {
                "drawer": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1,
            }  # fmt: skip
            torch.save(state, target.with_suffix(".new"))
            target.with_suffix(".new").replace(target)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=STEPS)
    train(arguments.parse_args().steps)
