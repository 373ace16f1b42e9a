"""Training of the sharpener on decoded training sprites with noisy codes.

The loss is the absolute error of premultiplied color and alpha, because a squared error
would blur flat areas and hard edges, plus the absolute error of neighboring differences,
which penalizes mottling.
"""

from __future__ import annotations

import argparse
import math
import time

import torch
from torch import nn

from ..data import concepts, sprite_planes, sprites
from ..networks.sharpener import SCALE, SpriteDecoder
from ..networks.sprite_coder import SpriteCoder
from ..paths import CHECKPOINTS

STEPS = 2400
BATCH = 24
CROP = 32
RATE = 2e-3
NOISE = 0.45
SEED = 20261123
BORDER = 2 * SCALE


def untrained() -> SpriteDecoder:
    """Return the sprite decoder with trained codes and an untrained sharpener."""
    stored = torch.load(CHECKPOINTS / "sprite_codes.pt")
    coder = SpriteCoder(stored["scores"].std(0))
    coder.load_state_dict(stored["model"])
    return SpriteDecoder(coder.eval(), stored["mean"], stored["basis"])


def load() -> SpriteDecoder:
    """Return the trained sprite decoder."""
    decoder = untrained()
    decoder.load_state_dict(torch.load(CHECKPOINTS / "sharpener.pt")["drawer"])
    return decoder.eval()


def full_size_sprites() -> torch.Tensor:
    """Return the training sprites as straight RGBA (N×192×192×4, uint8), in code order."""
    wanted = {c.code for c in concepts.trainable()}
    families = []
    for family in sprites.MODEL_FAMILIES:
        codes, images = sprites.load(family)
        families.append(torch.from_numpy(images[[code in wanted for code in codes]]))
    return torch.cat(families)


def difference(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the absolute error of values and of neighboring differences."""
    error = output - target
    value = error.abs().mean()
    horizontal = (error[..., 1:] - error[..., :-1]).abs().mean()
    vertical = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return value + 0.5 * (horizontal + vertical)


def train(steps: int = STEPS) -> None:
    """Train to `steps` and write `sharpener.pt`. Resumes from the last checkpoint."""
    target = CHECKPOINTS / "sharpener.pt"
    torch.manual_seed(SEED)
    model, sharp_sprites = untrained(), full_size_sprites()
    codes = torch.load(CHECKPOINTS / "sprite_codes.pt")["codes"]
    optimizer = torch.optim.AdamW(model.sharpener.parameters(), lr=RATE, weight_decay=0.0)
    first = 0
    if target.exists():
        state = torch.load(target)
        # The keys keep their names, so that existing checkpoints can be resumed.
        model.load_state_dict(state["drawer"])
        optimizer.load_state_dict(state["optimiser"])
        first = state["step"]
    started, average_loss = time.monotonic(), 0.0
    for step in range(first, steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.01 + 0.99 * cosine)
        random = torch.Generator().manual_seed(SEED + step)
        chosen = torch.randint(len(codes), (BATCH,), generator=random)
        noise = torch.rand(BATCH, 1, generator=random) * NOISE
        code = codes[chosen] + noise * torch.randn(BATCH, codes.shape[1], generator=random)
        with torch.no_grad():
            soft = model.soft(code)
        sharp = sprite_planes.premultiplied(sharp_sprites[chosen].numpy(), sprites.SIDE)
        y, x = torch.randint(sprite_planes.SIDE - CROP + 1, (2,), generator=random).tolist()
        y, x = y - y % 2, x - x % 2
        window = soft[:, :, y : y + CROP, x : x + CROP]
        wanted = sharp[:, :, y * SCALE : (y + CROP) * SCALE, x * SCALE : (x + CROP) * SCALE]
        output = model.sharpener(window, code)
        inner = slice(BORDER, -BORDER)
        loss = difference(output[:, :, inner, inner], wanted[:, :, inner, inner])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.sharpener.parameters(), 0.5)
        optimizer.step()
        average_loss = 0.97 * average_loss + 0.03 * loss.item() if average_loss else loss.item()
        if step % 50 == 0:
            elapsed = time.monotonic() - started
            print(
                f"sharpener {step}/{steps} loss {average_loss:.4f} {elapsed:.0f} s",
                flush=True,
            )
        if step % 200 == 199 or step == steps - 1:
            state = {
                "drawer": model.state_dict(), "optimiser": optimizer.state_dict(), "step": step + 1,
            }  # fmt: skip
            torch.save(state, target.with_suffix(".new"))
            target.with_suffix(".new").replace(target)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=STEPS)
    train(arguments.parse_args().steps)
