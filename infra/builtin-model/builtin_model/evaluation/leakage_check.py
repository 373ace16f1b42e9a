"""Check that no held-out prompt was a training caption."""

from __future__ import annotations

import numpy as np

from ..text import vocabulary
from ..text.captioner import Captioner
from ..training import train_denoiser
from . import held_out_prompts


def check(steps: int = train_denoiser.STEPS + train_denoiser.SECOND_STEPS) -> None:
    """Sample the captions of every training step again and compare them.

    Raises:
        AssertionError: A held-out prompt was a training caption.
    """
    held_out = {held_out_prompts.normalized(p.prompt) for p in held_out_prompts.load()}
    captions, distractors = 0, vocabulary.distractors()
    for step in range(steps):
        random = np.random.default_rng([train_denoiser.SEED, step])
        captioner = Captioner(random, distractors if step >= train_denoiser.STEPS else ())
        for _ in range(train_denoiser.CAPTIONS):
            caption = held_out_prompts.normalized(captioner.example().caption)
            assert caption not in held_out, f"Held-out prompt in the training set: {caption}"
            captions += 1
    print(f"None of the {len(held_out)} held-out prompts is among {captions:,} training captions.")
