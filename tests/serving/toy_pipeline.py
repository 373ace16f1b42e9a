"""A small diffusion pipeline for tests that denoises toward a flat color.

The prompt determines the color and the seed determines the noise. Guidance moves
away from the negative prompt's color. A test can hold each step (see `gate`).
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image

from genai_studio.inference.pipelines.interface import (
    EditSource,
    IsCanceled,
    OnStep,
    Pipeline,
    SamplingCanceled,
    SamplingParameters,
    Step,
)

Latents = npt.NDArray[np.float64]
_SCALE = 8


@dataclass(frozen=True, slots=True)
class Colors:
    positive: Latents
    negative: Latents


class ToyPipeline(Pipeline[Colors, Latents]):
    def __init__(self, before_step: Callable[[int], None] = lambda step: None) -> None:
        self.steps_done = 0
        self.canceled = threading.Event()
        self._before_step = before_step

    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        return Colors(_color(prompt), _color(negative_prompt) if negative_prompt else np.zeros(3))

    def denoise(
        self,
        conditioning: Colors,
        parameters: SamplingParameters,
        on_step: OnStep,
        canceled: IsCanceled,
        source: EditSource | None = None,
    ) -> Latents:
        if source is not None:
            self.require(source.operation)
        noise = np.random.default_rng(parameters.seed)
        shape = (parameters.height // _SCALE, parameters.width // _SCALE, 3)
        latents = noise.normal(0.0, 1.0, shape)
        push = 0.02 * max(parameters.guidance_scale - 1.0, 0.0)
        target = conditioning.positive + push * (conditioning.positive - conditioning.negative)
        for step in range(1, parameters.steps + 1):
            self._before_step(step)
            if canceled():
                self.canceled.set()
                raise SamplingCanceled
            latents += (target - latents) * 0.5
            self.steps_done += 1
            now = latents.copy()
            on_step(Step(step, parameters.steps, partial(image_of, now)))
        return latents

    def decode(self, latents: Latents, parameters: SamplingParameters) -> Image.Image:
        size = (parameters.width, parameters.height)
        return image_of(latents).resize(size, Image.Resampling.NEAREST)


def _color(text: str) -> Latents:
    digest = hashlib.sha256(text.encode()).digest()
    return np.frombuffer(digest[:3], np.uint8) / 127.5 - 1.0


def image_of(latents: Latents) -> Image.Image:
    pixels = ((latents.clip(-1.0, 1.0) + 1.0) * 127.5).round().astype(np.uint8)
    return Image.fromarray(pixels)


def slow() -> ToyPipeline:
    """Create a pipeline whose steps take the seconds in the variable TOY_STEP_SECONDS."""
    return ToyPipeline(waiting_step())


def waiting_step() -> Callable[[int], None]:
    """Return a function that waits for the seconds in the variable TOY_STEP_SECONDS."""
    seconds = float(os.environ.get("TOY_STEP_SECONDS", "0"))
    never = threading.Event()
    # libfaketime, which the chaos runs use, breaks time.sleep.

    def wait(step: int) -> None:
        never.wait(seconds)

    return wait
