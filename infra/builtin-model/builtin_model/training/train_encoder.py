"""Training of the encoder on rendered scenes.

The loss of a code is the squared error of the principal component scores that it decodes to,
which is the squared error of the sprite's pixels, plus the squared error of the code itself.
Values that cannot be seen, such as those of an absent sprite, have no loss.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.encoder import SEEN
from genai_studio.inference.pipelines.builtin.scene import layers

from ..data import rendered_scenes, sampled_layers
from ..data.pasted_sprites import PastedSprites, Windows
from ..data.rendered_scenes import SHARP, WINDOW, RenderedScenes
from ..data.sampled_layers import SampledLayers
from ..networks.encoder import SceneEncoder, SpriteEncoder
from ..networks.released_decoder import ReleasedDecoder
from ..paths import CHECKPOINTS

SCENE_STEPS, SPRITE_STEPS = 800, 1200
BATCH, STORED = 64, 16
"""Windows of a batch, and how many of them come from drawn scenes; the others are pasted."""
RATE = 2e-3
SEED = 20261202
CHECKPOINT_EVERY = 100
STARTS = np.cumsum([0, *(len(choices) for choices in layers.CATEGORIES.values())])
FIRST, SECOND = layers.CHOICES, layers.CHOICES + layers.PLACEMENT
DETAILS = SECOND + layers.PLACEMENT


def pixels(images: np.ndarray) -> torch.Tensor:
    """Convert N×H×W×3 uint8 to N×3×H×W float in 0…1."""
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255


def disturbed(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Vary brightness, contrast, color and noise, so that uploads are not too unusual."""

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random)

    count = len(images)
    mild = (torch.rand(count, 1, 1, 1, generator=random) < 0.5).float()
    gain = 1 + mild * 0.08 * normal(count, 3, 1, 1)
    shift = mild * 0.04 * normal(count, 3, 1, 1)
    noise = mild * 0.02 * normal(*images.shape)
    return ((images - 0.5) * gain + 0.5 + shift + noise).clamp(0, 1)


class SpriteTask:
    """Train the sprite encoder."""

    def __init__(self, scenes: RenderedScenes, samples: SampledLayers) -> None:
        self.scenes, self.samples = scenes, samples
        self.pasted = PastedSprites(samples, scenes.wholes)
        self.decoder = ReleasedDecoder()
        with torch.no_grad():
            scores = self.decoder(torch.from_numpy(samples.codes))
        self.total = ((scores - scores.mean(0)) ** 2).sum(1).mean()
        self.choices = {
            name: torch.from_numpy(self._choice(name))
            for name in ("first color", "second color", "first mirrored", "second mirrored")
        }
        finish = self._choice("finish")[scenes.owners]
        silhouette = layers.FINISHES.index("silhouette")
        self.colored = torch.from_numpy((finish < 2) | (finish > silhouette))

    def _choice(self, name: str) -> np.ndarray:
        at = list(layers.CATEGORIES).index(name)
        return self.scenes.scenes[:, STARTS[at] : STARTS[at + 1]].argmax(1)

    def __len__(self) -> int:
        return len(self.scenes.windows)

    def loss(
        self, model: nn.Module, rows: torch.Tensor, random: torch.Generator | None
    ) -> dict[str, torch.Tensor]:
        """Return the losses of a batch. Without `random`, all windows are exact and stored."""
        stored = rows if random is None else rows[:STORED]
        windows = [self._stored(stored, random)]
        if random is not None:
            windows.append(self.pasted(len(rows) - STORED, random))
        images, codes, colors, mirrored, visible = (
            torch.cat(parts) for parts in zip(*windows, strict=True)
        )
        if random is not None:
            images = disturbed(images, random)
        out = model(images)
        code, logits = out[:, : layers.CODE], out[:, layers.CODE :]
        error = ((self.decoder(code) - self.decoder(codes)) ** 2).sum(1).mean() / self.total
        each = nn.functional.cross_entropy(logits[:, :13], colors, reduction="none")
        return {
            "sprite": error,
            "code": ((code - codes) ** 2).mean(),
            "color": (each * visible).sum() / visible.sum().clamp(min=1),
            "mirrored": nn.functional.cross_entropy(logits[:, 13:], mirrored),
        }

    def _stored(self, rows: torch.Tensor, random: torch.Generator | None) -> Windows:
        margin = WINDOW - SHARP
        y = x = margin // 2
        if random is not None:
            y, x = torch.randint(margin + 1, (2,), generator=random).tolist()
        cut = self.scenes.windows[rows.numpy()][:, y : y + SHARP, x : x + SHARP]
        images = nn.functional.avg_pool2d(pixels(cut), SHARP // SEEN)
        owners = torch.from_numpy(self.scenes.owners)[rows]
        second = torch.from_numpy(self.scenes.places)[rows] == 1
        color, mirrored = (
            torch.where(
                second,
                self.choices[f"second {name}"][owners],
                self.choices[f"first {name}"][owners],
            )
            for name in ("color", "mirrored")
        )
        codes = self.samples.codes[self.scenes.sprites[rows.numpy()]]
        visible = self.colored[rows].float()
        return images, torch.from_numpy(codes), color, mirrored, visible

    @staticmethod
    def total_loss(losses: dict[str, torch.Tensor]) -> torch.Tensor:
        """Weight the losses."""
        return (
            losses["sprite"] + 0.5 * losses["code"] + 0.1 * losses["color"]
            + 0.1 * losses["mirrored"]
        )  # fmt: skip


class SceneTask:
    """Train the scene encoder."""

    def __init__(self, scenes: RenderedScenes) -> None:
        self.scenes = scenes
        self.wanted = torch.from_numpy(scenes.scenes)
        self.heights = torch.from_numpy(scenes.heights)

    def __len__(self) -> int:
        return len(self.wanted)

    def loss(
        self, model: nn.Module, rows: torch.Tensor, random: torch.Generator | None
    ) -> dict[str, torch.Tensor]:
        """Return the losses of a batch."""
        images = pixels(self.scenes.wholes[rows.numpy()])
        aspect = torch.from_numpy(self.scenes.aspects)[rows]
        if random is not None:
            images = disturbed(images, random)
        wanted = self.wanted[rows]
        raw = model.raw(images, aspect) if isinstance(model, SceneEncoder) else model(images)
        at = {name: int(STARTS[i]) for i, name in enumerate(layers.CATEGORIES)}
        two = wanted[:, at["second"] + 1] > 0
        solid = wanted[:, at["place"] + layers.PLACES.index("solid")] > 0
        seen = {"second color": two, "second mirrored": two, "background color": solid}
        choices = torch.zeros(())
        for name, options in layers.CATEGORIES.items():
            if "mirrored" in name:
                continue
            start = at[name]
            target = wanted[:, start : start + len(options)].argmax(1)
            each = nn.functional.cross_entropy(
                raw[:, start : start + len(options)], target, reduction="none"
            )
            visible = seen.get(name, torch.ones_like(two)).float()
            choices = choices + (each * visible).sum() / visible.sum().clamp(min=1)
        squared = (raw[:, layers.CHOICES : layers.SCENE] - wanted[:, layers.CHOICES :]) ** 2
        near, far = squared[:, : layers.PLACEMENT], squared[:, layers.PLACEMENT : -layers.DETAILS]
        height = ((raw[:, layers.SCENE :] - self.heights[rows]) / 0.12) ** 2
        second = two.float()
        return {
            "choices": choices,
            "first": near.mean(),
            "second": (far.mean(1) * second).sum() / second.sum().clamp(min=1),
            "height": height[:, 0].mean()
            + (height[:, 1] * second).sum() / second.sum().clamp(min=1),
            "details": squared[:, -layers.DETAILS :].mean(),
        }

    @staticmethod
    def total_loss(losses: dict[str, torch.Tensor]) -> torch.Tensor:
        """Weight the losses."""
        return (
            0.3 * losses["choices"] + losses["first"] + losses["second"]
            + 0.5 * losses["height"] + 0.5 * losses["details"]
        )  # fmt: skip


Task = SpriteTask | SceneTask


def _held_out_loss(task: Task, model: nn.Module) -> str:
    model.eval()
    with torch.no_grad():
        losses = task.loss(model, torch.arange(min(400, len(task))), None)
    model.train()
    return " ".join(f"{name} {value.item():.3f}" for name, value in losses.items())


def train_one(name: str, model: nn.Module, task: Task, held_out: Task, steps: int) -> None:
    """Train one network and write `CHECKPOINTS/<name>.pt`. Resumes from its checkpoint."""
    target = CHECKPOINTS / f"{name}.pt"
    CHECKPOINTS.mkdir(parents=True, exist_ok=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    first = 0
    if target.exists():
        state = torch.load(target)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    started = time.monotonic()
    for step in range(first, steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 50) * (0.01 + 0.99 * cosine)
        random = torch.Generator().manual_seed(SEED + step)
        rows = torch.randint(len(task), (BATCH,), generator=random)
        losses = task.loss(model, rows, random)
        optimizer.zero_grad()
        task.total_loss(losses).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        if step % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1 or step == steps - 1:
            elapsed = time.monotonic() - started
            text = " ".join(f"{key} {value.item():.3f}" for key, value in losses.items())
            print(
                f"{name} {step + 1}/{steps} {text} | held out: "
                f"{_held_out_loss(held_out, model)} {elapsed:.0f} s",
                flush=True,
            )
            torch.save(
                {
                    "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "step": step + 1,
                },
                target.with_suffix(".new"),
            )  # fmt: skip
            target.with_suffix(".new").replace(target)


def _seeded(make: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(SEED)
    return make()


def train(parts: tuple[str, ...] = ("scene", "sprite")) -> None:
    """Train the networks of the encoder on one thread."""
    torch.set_num_threads(1)
    training, held_out = rendered_scenes.training(), rendered_scenes.held_out()
    if "scene" in parts:
        train_one(
            "scene_encoder", _seeded(SceneEncoder), SceneTask(training), SceneTask(held_out),
            SCENE_STEPS,
        )  # fmt: skip
    if "sprite" in parts:
        samples = sampled_layers.load()
        train_one(
            "sprite_encoder", _seeded(SpriteEncoder), SpriteTask(training, samples[0]),
            SpriteTask(held_out, samples[1]), SPRITE_STEPS,
        )  # fmt: skip
