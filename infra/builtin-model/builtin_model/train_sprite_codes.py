"""Learns a short code for every sprite, and the network that draws a sprite from a code.

Two stages. A principal component analysis of the four planes (`sprite_planes`) keeps
`COMPONENTS` numbers a sprite; a denoising autoencoder (Vincent et al. 2008) squeezes
those into `CODE` numbers of unit variance. Noise on the code while training spreads
the sprites apart and teaches the decoder to draw a *clean* sprite from a code that is
a little wrong, which is what the diffusion model will hand it. A linear reading of the
label's meaning from the code keeps like things near each other.
"""

from __future__ import annotations

import math
import time

import torch
from torch import nn

from . import concepts, drawings, sentence_vectors, sprite_planes
from .paths import CHECKPOINTS

CODE = 160
COMPONENTS = 768
WIDTH = 1280
NOISE = 0.3
STEPS = 3900
BATCH = 256
RATE = 1.5e-3
SEED = 20261123


class SpriteCoder(nn.Module):
    """Autoencoder between PCA scores and codes; scores in and out are in pixel units."""

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


def sprites() -> tuple[list[str], list[str], torch.Tensor]:
    """Emoji codes, families and planes of every training sprite, in a fixed order."""
    wanted = {c.code for c in concepts.drawn()}
    codes, families, planes = [], [], []
    for family in drawings.MODEL_FAMILIES:
        found, pictures = drawings.load(family)
        kept = [i for i, code in enumerate(found) if code in wanted]
        codes += [found[i] for i in kept]
        families += [family] * len(kept)
        rgba = sprite_planes.premultiplied(pictures[kept], sprite_planes.SIDE)
        planes.append(sprite_planes.to_planes(rgba))
    return codes, families, torch.cat(planes)


def principal_components(planes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean, orthonormal basis (COMPONENTS × DIMENSIONS) and scores, by the Gram matrix."""
    mean = planes.mean(0)
    centred = planes - mean
    values, vectors = torch.linalg.eigh((centred @ centred.T).double())
    values, vectors = values.flip(0)[:COMPONENTS], vectors.flip(1)[:, :COMPONENTS]
    basis = (vectors.float().T @ centred) / values.sqrt().float()[:, None]
    return mean, basis, centred @ basis.T


def train() -> None:
    """Train and write `CHECKPOINTS/sprite_codes.pt`; continues from its last checkpoint."""
    target, partial = CHECKPOINTS / "sprite_codes.pt", CHECKPOINTS / "sprite_codes.partial.pt"
    if target.exists():
        return
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    emoji, families, planes = sprites()
    mean, basis, scores = principal_components(planes)
    labels = {c.code: c.label for c in concepts.load()}
    meaning = torch.from_numpy(sentence_vectors.encode([labels[code] for code in emoji]))
    total = (scores**2).sum(1).mean()
    lost = ((planes - mean) ** 2).sum(1).mean() - total
    print(f"{len(emoji)} sprites; PCA leaves out {lost / (lost + total):.4f} of the variance")
    model = SpriteCoder(scores.std(0))
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    first = 0
    if partial.exists():
        state = torch.load(partial)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["step"]
    started = time.monotonic()
    for step in range(first, STEPS):
        cosine = 0.5 * (1 + math.cos(math.pi * step / STEPS))
        optimiser.param_groups[0]["lr"] = RATE * min(1, step / 100) * (0.01 + 0.99 * cosine)
        random = torch.Generator().manual_seed(SEED + step)
        chosen = torch.randint(len(scores), (BATCH,), generator=random)
        noise = NOISE * torch.randn(BATCH, CODE, generator=random)
        code = model.encode(scores[chosen])
        drawn = model.decode(code + noise)
        error = ((drawn - scores[chosen]) ** 2).sum(1).mean() / total
        even = (((drawn - scores[chosen]) / model.spread) ** 2).mean()
        likeness = nn.functional.cosine_similarity(model.meaning(code), meaning[chosen]).mean()
        loss = error + 0.1 * even + 0.02 * (1 - likeness)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 250 == 0:
            spent = time.monotonic() - started
            print(
                f"codes {step}/{STEPS} error {error:.4f} meaning {likeness:.2f} {spent:.0f} s",
                flush=True,
            )
        if step % 1000 == 999:
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step + 1,
                },
                partial,
            )
    model.eval()
    with torch.no_grad():
        codes = model.encode(scores)
    torch.save(
        {
            "model": model.state_dict(), "mean": mean, "basis": basis, "scores": scores,
            "codes": codes, "emoji": emoji, "families": families,
        },
        target,
    )  # fmt: skip


if __name__ == "__main__":
    train()
