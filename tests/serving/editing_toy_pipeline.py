"""A toy pipeline that edits and upscales, with exact results.

Only for tests: an edit moves the source toward the prompt's color, the further the
greater the strength is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.interface import (
    EditSource,
    IsCanceled,
    OnStep,
    Operation,
    SamplingCanceled,
    SamplingParameters,
    Step,
)
from tests.serving.toy_pipeline import (
    Colors,
    Latents,
    ToyPipeline,
    image_of,
    waiting_step,
)


class EditingToyPipeline(ToyPipeline):
    """Works on latents of the full size, so that kept pixels stay equal."""

    def __init__(self, before_step: Callable[[int], None] = lambda step: None) -> None:
        super().__init__(before_step)
        self._edit_before_step = before_step

    @property
    def operations(self) -> frozenset[Operation]:
        return frozenset(Operation)

    def denoise(
        self,
        conditioning: Colors,
        parameters: SamplingParameters,
        on_step: OnStep,
        canceled: IsCanceled,
        source: EditSource | None = None,
    ) -> Latents:
        if source is None:
            return super().denoise(conditioning, parameters, on_step, canceled)
        original = np.asarray(source.image, np.float64) / 127.5 - 1.0
        noise = np.random.default_rng(parameters.seed).normal(0.0, 0.1, original.shape)
        target = conditioning.positive + noise
        changes = (
            np.ones(original.shape[:2]) if source.mask is None else np.asarray(source.mask) / 255
        )
        steps = max(int(parameters.steps * source.strength), 1)
        latents = original
        for step in range(1, steps + 1):
            self._edit_before_step(step)
            if canceled():
                self.canceled.set()
                raise SamplingCanceled
            amount = source.strength * step / steps
            edited = original + (target - original) * amount
            latents = original + (edited - original) * changes[..., None]
            self.steps_done += 1
            on_step(Step(step, steps, partial(image_of, latents)))
        return latents

    def upscale(
        self,
        image: Image.Image,
        factor: int,
        conditioning: Colors | None,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> Image.Image:
        if canceled():
            raise SamplingCanceled
        if image.width < 32:
            raise ValueError("The image must have at least 32 pixels per row.")
        enlarged = image.resize(
            (image.width * factor, image.height * factor), Image.Resampling.NEAREST
        )
        on_step(Step(1, 1, lambda: image))
        return enlarged


def slow() -> EditingToyPipeline:
    """Create a pipeline whose steps take the seconds in the variable TOY_STEP_SECONDS."""
    return EditingToyPipeline(waiting_step())
