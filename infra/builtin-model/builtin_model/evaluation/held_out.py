"""Checks, by drawing every training caption again, that no held-out prompt was one."""

from __future__ import annotations

import numpy as np

from .. import train_denoiser, vocabulary
from ..captions import Captioner
from . import prompts


def check(steps: int = train_denoiser.STEPS + train_denoiser.MORE_STEPS) -> None:
    """Draw the captions of every training step and compare.

    Raises:
        AssertionError: A held-out prompt was a training caption.
    """
    held_out = {prompts.normalised(prompt.prompt) for prompt in prompts.load()}
    captions, distractors = 0, vocabulary.distractors()
    for step in range(steps):
        random = np.random.default_rng([train_denoiser.SEED, step])
        captioner = Captioner(random, distractors if step >= train_denoiser.STEPS else ())
        for _ in range(train_denoiser.CAPTIONS):
            caption = prompts.normalised(captioner.example().caption)
            assert caption not in held_out, f"held-out prompt in training: {caption}"
            captions += 1
    print(f"{captions:,} training captions hold none of the {len(held_out)} held-out prompts")
