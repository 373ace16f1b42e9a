"""Find the code of every training drawing, so that the runtime can name a sampled sprite.

A build that starts from the released weights does not have the encoder of the sprite codes.
The codes are found again: the sampled code that decodes to the most similar sprite, improved
by gradient descent through the released decoder.
"""

from __future__ import annotations

import numpy as np
import torch

from genai_studio.inference.pipelines.builtin.model.sprite_drawer import unpacked
from genai_studio.inference.pipelines.builtin.model.weights import Weights

from ..data import concepts, sampled_layers
from ..networks.released_decoder import ReleasedDecoder
from ..paths import CHECKPOINTS
from . import train_sprite_codes

STEPS = 60
RATE = 0.015
PRIOR = 0.0001
"""Weight of the squared code: codes have unit variance."""


def find() -> None:
    """Write `CHECKPOINTS/name_codes.npz`. Skips the work if the file exists."""
    target = CHECKPOINTS / "name_codes.npz"
    if target.exists():
        return
    torch.set_num_threads(1)
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    emoji, families, planes = train_sprite_codes.training_planes()
    stored = Weights().arrays("sprite_basis.npz")
    leading = stored["leading"].astype(np.float32) * stored["leading_scales"][:, None]
    basis = np.concatenate([leading, unpacked(stored["rest"], stored["rest_scales"])])
    mean = torch.from_numpy(stored["mean"].astype(np.float32))
    wanted = (planes - mean) @ torch.from_numpy(basis.astype(np.float32)).T
    decoder = ReleasedDecoder()
    sampled = torch.from_numpy(sampled_layers.load()[0].codes)
    with torch.no_grad():
        decoded = torch.cat([decoder(part) for part in sampled.split(500)])
    nearest = torch.cdist(wanted, decoded).argmin(1)
    codes = sampled[nearest].clone().requires_grad_(True)
    total = (wanted**2).sum(1).mean()
    optimizer = torch.optim.Adam([codes], lr=RATE)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        error = ((decoder(codes) - wanted) ** 2).sum(1) / total
        optimizer.zero_grad()
        (error.sum() + PRIOR * (codes**2).sum()).backward()
        optimizer.step()
        if step % 10 == 0 or step == STEPS - 1:
            print(f"name codes {step + 1}/{STEPS} error {error.mean().item():.4f}", flush=True)
    labels = {concept.code: concept.label for concept in concepts.load()}
    np.savez(
        target,
        names=np.array([labels[code] for code in emoji]),
        families=np.array(families),
        codes=codes.detach().numpy(),
        errors=error.detach().numpy(),
    )
