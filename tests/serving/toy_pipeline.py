"""A real, tiny diffusion that tests serve: it denoises towards a flat colour.

The colour is drawn from the prompt, the starting noise from the seed; guidance
pushes away from the negative prompt's colour. Steps can be held at a gate, so
that a test sees the middle of a picture without waiting by the clock.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from genai_studio.inference.pipelines.pipeline import (
    Cancelled,
    OnStep,
    Pipeline,
    Sampling,
    SamplingCancelled,
    Step,
)

Latents = npt.NDArray[np.float64]
_SCALE = 8


@dataclass(frozen=True, slots=True)
class Colours:
    wanted: Latents
    unwanted: Latents


class ToyPipeline(Pipeline[Colours, Latents]):
    def __init__(self, before_step: Callable[[int], None] = lambda step: None) -> None:
        self.steps_done = 0
        self.cancelled = threading.Event()
        self._before_step = before_step

    def encode_text(self, prompt: str, negative_prompt: str) -> Colours:
        return Colours(
            _colour(prompt), _colour(negative_prompt) if negative_prompt else np.zeros(3)
        )

    def denoise(
        self, conditioning: Colours, sampling: Sampling, on_step: OnStep, cancelled: Cancelled
    ) -> Latents:
        noise = np.random.default_rng(sampling.seed)
        shape = (sampling.height // _SCALE, sampling.width // _SCALE, 3)
        latents = noise.normal(0.0, 1.0, shape)
        push = 0.02 * max(sampling.guidance_scale - 1.0, 0.0)
        target = conditioning.wanted + push * (conditioning.wanted - conditioning.unwanted)
        for step in range(1, sampling.steps + 1):
            self._before_step(step)
            if cancelled():
                self.cancelled.set()
                raise SamplingCancelled
            latents += (target - latents) * 0.5
            self.steps_done += 1
            now = latents.copy()
            on_step(Step(step, sampling.steps, lambda now=now: _picture(now)))
        return latents

    def decode(self, latents: Latents, sampling: Sampling) -> Image.Image:
        size = (sampling.width, sampling.height)
        return _picture(latents).resize(size, Image.Resampling.NEAREST)


def _colour(text: str) -> Latents:
    digest = hashlib.sha256(text.encode()).digest()
    return np.frombuffer(digest[:3], np.uint8) / 127.5 - 1.0


def _picture(latents: Latents) -> Image.Image:
    pixels = ((latents.clip(-1.0, 1.0) + 1.0) * 127.5).round().astype(np.uint8)
    return Image.fromarray(pixels)


def slow() -> ToyPipeline:
    """For a child process: each step takes TOY_STEP_SECONDS of its environment."""
    seconds = float(os.environ.get("TOY_STEP_SECONDS", "0"))
    return ToyPipeline(lambda step: time.sleep(seconds))
