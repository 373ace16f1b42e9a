"""Joint training of the text encoder and the denoisers on sampled examples.

- Cosine schedule in continuous time (Nichol and Dhariwal 2021), prediction of the clean
  vector, loss weight min(1/σ², 5) (after Hang et al. 2023).
- The caption is dropped for 10 % of the examples (Ho and Salimans 2022). Each encoded
  caption is used at several noise levels.
- AdamW with a constant learning rate that decays over the last fifth of the steps, and an
  exponential moving average of the weights.
- A short second phase inserts unknown words into the captions, so that the model learns to
  ignore them.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.tokenizer import Tokenizer
from genai_studio.inference.pipelines.builtin.scene import layers

from ..data import concepts
from ..networks.denoisers import Model
from ..paths import CHECKPOINTS
from ..text import vocabulary
from ..text.captioner import Captioner, Example

STEPS = 4000
CAPTIONS = 128
LEVELS = 4
ENCODER_CHUNKS = 4
SECOND_STEPS = 400
RATE = 1e-3
SECOND_RATE = 4e-4
DECAY = 0.2
AVERAGE = 0.998
SECOND_AVERAGE = 0.99
DROPPED = 0.1
SEED = 20261123
CHECKPOINT_EVERY = 200


class Batches:
    """Sample batches of tensors. The same step always gives the same batch."""

    def __init__(self) -> None:
        words, emoji, vectors = vocabulary.load()
        self.tokenizer = Tokenizer(words, emoji)
        reserved = np.zeros((2, vectors.shape[1]), np.float32)
        self.vectors = torch.from_numpy(np.concatenate([reserved, vectors]))
        stored = torch.load(CHECKPOINTS / "sprite_codes.pt")
        position = {c.code: i for i, c in enumerate(concepts.trainable())}
        count = len(position)
        self.codes = torch.zeros(2, count, layers.CODE)
        self.known = torch.zeros(2, count, dtype=torch.bool)
        for row, (emoji_code, family) in enumerate(
            zip(stored["emoji"], stored["families"], strict=True)
        ):
            at = layers.DRAWINGS.index(family), position[emoji_code]
            self.codes[at], self.known[at] = stored["codes"][row], True
        self.available = self.known.any(0)
        self.distractors = vocabulary.distractors()

    def tokens(self, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the word vectors (B×T×D) and the mask (B×T) of captions."""
        ids = [self.tokenizer.encode(caption) for caption in captions]
        length = max(len(row) for row in ids)
        padded = torch.tensor([row + [0] * (length - len(row)) for row in ids])
        return self.vectors[padded], (padded > 0).float()

    def code(self, concept: int, example: Example) -> torch.Tensor:
        """Return a concept's code in the example's drawing style, or in the other style."""
        style = layers.DRAWINGS.index(example.scene.choice["drawing"])
        if not self.known[style, concept]:
            style = 1 - style
        return self.codes[style, concept]

    def sample(self, step: int) -> dict[str, torch.Tensor]:
        """Sample the batch of a training step."""
        random = np.random.default_rng([SEED, step])
        captioner = Captioner(random, self.distractors if step >= STEPS else ())
        examples: list[Example] = []
        while len(examples) < CAPTIONS:
            example = captioner.example()
            used = [i for i in (example.first, example.second) if i is not None]
            if all(self.available[i] for i in used):
                examples.append(example)
        captions = ["" if random.random() < DROPPED else e.caption for e in examples]
        vectors, mask = self.tokens(captions)
        both = [i for i, e in enumerate(examples) if e.second is not None]
        return {
            "vectors": vectors,
            "mask": mask,
            "scenes": torch.from_numpy(np.stack([layers.to_vector(e.scene) for e in examples])),
            "first": torch.stack([self.code(e.first, e) for e in examples]),
            "second": torch.stack([self.code(examples[i].second or 0, examples[i]) for i in both]),
            "both": torch.tensor(both),
        }


def add_noise(
    clean: torch.Tensor, random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Add noise at random times.

    Returns:
        The noisy vectors, half the log signal-to-noise ratios, and the loss weights.
    """
    angle = (0.004 + 0.992 * torch.rand(len(clean), generator=random)) * math.pi / 2
    alpha, sigma = angle.cos(), angle.sin()
    noise = torch.randn(clean.shape, generator=random)
    noisy = alpha[:, None] * clean + sigma[:, None] * noise
    return noisy, (alpha / sigma).log(), (1 / sigma**2).clamp(max=5)


def encode(model: Model, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Encode captions in chunks of similar length, which halves the padding."""
    order = mask.sum(1).argsort()
    parts = []
    for chunk in order.chunk(ENCODER_CHUNKS):
        length = int(mask[chunk].sum(1).max())
        parts.append(model.text(vectors[chunk, :length], mask[chunk, :length]))
    return torch.cat(parts)[order.argsort()]


def losses_of(
    model: Model, batch: dict[str, torch.Tensor], random: torch.Generator
) -> dict[str, torch.Tensor]:
    """Return the weighted losses of one batch, by name."""
    text = encode(model, batch["vectors"], batch["mask"])
    losses = {}
    parts = (("first", text[:, 0]), ("second", text[batch["both"], 1]))
    cleans = torch.cat([batch[name].repeat(LEVELS, 1) for name, _ in parts])
    texts = torch.cat([condition.repeat(LEVELS, 1) for _, condition in parts])
    noisy, level, weight = add_noise(cleans, random)
    solid = batch["scenes"][:, layers.SOLIDITY, None]
    solid = torch.cat([solid.repeat(LEVELS, 1), solid[batch["both"]].repeat(LEVELS, 1)])
    certainty = torch.rand(solid.shape, generator=random)
    predicted = model.sprite(noisy, level, texts, solid * certainty)
    losses["sprite"] = (weight * ((predicted - cleans) ** 2).mean(1)).mean()
    clean = batch["scenes"].repeat(LEVELS // 2, 1)
    noisy, level, weight = add_noise(clean, random)
    raw = model.scene.logits(noisy, level, text[:, 2:].flatten(1).repeat(LEVELS // 2, 1))
    at, choices_loss = 0, torch.zeros(())
    for choices in layers.CATEGORIES.values():
        target = clean[:, at : at + len(choices)].argmax(1)
        choices_loss = choices_loss + nn.functional.cross_entropy(
            raw[:, at : at + len(choices)], target
        )
        at += len(choices)
    losses["choices"] = choices_loss
    losses["placement"] = (weight * ((raw[:, at:] - clean[:, at:]) ** 2).mean(1)).mean()
    return losses


def learning_rate(step: int) -> float:
    """Return the learning rate of a step.

    The first phase warms up, stays constant, then decays with the square root of the step
    over its last `DECAY`. The second phase starts lower and decays from its first step.
    """
    if step >= STEPS:
        return SECOND_RATE * max(1 - math.sqrt((step - STEPS) / SECOND_STEPS), 0.01)
    start = STEPS * (1 - DECAY)
    decay = 1 - math.sqrt(max(0.0, (step - start) / (STEPS - start)))
    return RATE * min(1, (step + 1) / 100) * max(decay, 0.01)


def train(steps: int = STEPS + SECOND_STEPS) -> None:
    """Train to `steps` and write `denoiser.pt`. Resumes from the last checkpoint."""
    target = CHECKPOINTS / "denoiser.pt"
    torch.manual_seed(SEED)
    batches = Batches()
    model, average = (Model(vocabulary.DIMENSIONS) for _ in range(2))
    average.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    first = 0
    if target.exists():
        state = torch.load(target)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        # The key keeps its spelling, so that existing checkpoints can be resumed.
        optimizer.load_state_dict(state["optimiser"])
        first = state["step"]
    sizes = {n: sum(p.numel() for p in m.parameters()) for n, m in model.named_children()}
    print(f"parameters {sizes}; from step {first} of {steps}", flush=True)
    live, mean = list(model.parameters()), list(average.parameters())
    average_losses: dict[str, float] = {}
    started = time.monotonic()
    for step in range(first, steps):
        optimizer.param_groups[0]["lr"] = learning_rate(step)
        losses = losses_of(model, batches.sample(step), torch.Generator().manual_seed(SEED + step))
        total = losses["sprite"] + 0.2 * losses["choices"] + 0.1 * losses["placement"]
        optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(live, 1.0)
        optimizer.step()
        with torch.no_grad():
            decay = AVERAGE if step < STEPS else SECOND_AVERAGE
            decay = min(decay, (step + 1) / (step + 10))
            torch._foreach_lerp_(mean, live, 1 - decay)
        for name, value in losses.items():
            previous = average_losses.get(name, value.item())
            average_losses[name] = 0.95 * previous + 0.05 * value.item()
        if step % 50 == 0:
            text = " ".join(f"{name} {value:.3f}" for name, value in average_losses.items())
            print(f"denoiser {step}/{steps} {text} {time.monotonic() - started:.0f} s", flush=True)
        if step % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1 or step == steps - 1:
            torch.save(
                {
                    "model": model.state_dict(), "average": average.state_dict(),
                    "optimiser": optimizer.state_dict(), "step": step + 1,
                },
                target.with_suffix(".new"),
            )  # fmt: skip
            target.with_suffix(".new").replace(target)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=STEPS + SECOND_STEPS)
    train(arguments.parse_args().steps)
