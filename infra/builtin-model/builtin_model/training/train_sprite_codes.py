"""Training of a short code for each sprite and of the network that decodes it.

There are two stages. A principal component analysis of the four planes (`sprite_planes`)
reduces a sprite to `COMPONENTS` numbers. A denoising autoencoder (Vincent et al. 2008)
compresses those to `CODE` numbers of unit variance. Noise on the code during training moves
the sprites apart and teaches the decoder to draw a clean sprite from a slightly wrong code,
because the diffusion model produces such codes. A linear projection from the code to the
label's embedding keeps similar concepts close to each other.
"""

from __future__ import annotations

import math
import time

import torch
from torch import nn

from ..data import concepts, sprite_planes, sprites
from ..networks.sprite_coder import CODE, COMPONENTS, SpriteCoder
from ..paths import CHECKPOINTS
from ..text import sentence_vectors

NOISE = 0.3
STEPS = 3900
BATCH = 256
RATE = 1.5e-3
SEED = 20261123


def training_planes() -> tuple[list[str], list[str], torch.Tensor]:
    """Return emoji codes, families and planes of every training sprite, in a fixed order."""
    wanted = {c.code for c in concepts.trainable()}
    codes, families, planes = [], [], []
    for family in sprites.MODEL_FAMILIES:
        found, images = sprites.load(family)
        kept = [i for i, code in enumerate(found) if code in wanted]
        codes += [found[i] for i in kept]
        families += [family] * len(kept)
        rgba = sprite_planes.premultiplied(images[kept], sprite_planes.SIDE)
        planes.append(sprite_planes.to_planes(rgba))
    return codes, families, torch.cat(planes)


def principal_components(planes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Compute the principal components of the planes from their Gram matrix.

    Returns:
        The mean, the orthonormal basis (`COMPONENTS`×`DIMENSIONS`) and the scores.
    """
    mean = planes.mean(0)
    centered = planes - mean
    values, vectors = torch.linalg.eigh((centered @ centered.T).double())
    values, vectors = values.flip(0)[:COMPONENTS], vectors.flip(1)[:, :COMPONENTS]
    basis = (vectors.float().T @ centered) / values.sqrt().float()[:, None]
    return mean, basis, centered @ basis.T


def train() -> None:
    """Train and write `CHECKPOINTS/sprite_codes.pt`. Resumes from the last checkpoint."""
    target, partial = CHECKPOINTS / "sprite_codes.pt", CHECKPOINTS / "sprite_codes.partial.pt"
    if target.exists():
        return
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    emoji, families, planes = training_planes()
    mean, basis, scores = principal_components(planes)
    labels = {c.code: c.label for c in concepts.load()}
    meaning = torch.from_numpy(sentence_vectors.encode([labels[code] for code in emoji]))
    total = (scores**2).sum(1).mean()
    lost = ((planes - mean) ** 2).sum(1).mean() - total
    print(f"{len(emoji)} sprites; the PCA drops {lost / (lost + total):.4f} of the variance")
    model = SpriteCoder(scores.std(0))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.0)
    first = 0
    if partial.exists():
        state = torch.load(partial)
        model.load_state_dict(state["model"])
        # The key keeps its spelling, so that existing checkpoints can be resumed.
        optimizer.load_state_dict(state["optimiser"])
        first = state["step"]
    started = time.monotonic()
    for step in range(first, STEPS):
        cosine = 0.5 * (1 + math.cos(math.pi * step / STEPS))
        optimizer.param_groups[0]["lr"] = RATE * min(1, step / 100) * (0.01 + 0.99 * cosine)
        random = torch.Generator().manual_seed(SEED + step)
        chosen = torch.randint(len(scores), (BATCH,), generator=random)
        noise = NOISE * torch.randn(BATCH, CODE, generator=random)
        code = model.encode(scores[chosen])
        decoded = model.decode(code + noise)
        error = ((decoded - scores[chosen]) ** 2).sum(1).mean() / total
        scaled_error = (((decoded - scores[chosen]) / model.spread) ** 2).mean()
        similarity = nn.functional.cosine_similarity(model.meaning(code), meaning[chosen]).mean()
        loss = error + 0.1 * scaled_error + 0.02 * (1 - similarity)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 250 == 0:
            elapsed = time.monotonic() - started
            print(
                f"codes {step}/{STEPS} error {error:.4f} similarity {similarity:.2f} "
                f"{elapsed:.0f} s",
                flush=True,
            )
        if step % 1000 == 999:
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimiser": optimizer.state_dict(),
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
