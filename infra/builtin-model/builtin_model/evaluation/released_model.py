"""The released weights, run by the product's own pipeline."""

from __future__ import annotations

from PIL import Image

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.interface import SamplingParameters

STEPS, GUIDANCE, SIDE = 20, 4.0, 256


class ReleasedModel:
    """Generate images with the released weights."""

    def __init__(self) -> None:
        self.pipeline = BuiltinPipeline.load()

    def generate(
        self,
        prompt: str,
        seed: int,
        steps: int = STEPS,
        guidance: float = GUIDANCE,
        negative: str = "",
    ) -> Image.Image:
        """Generate one image of `SIDE`×`SIDE` pixels."""
        sampling = SamplingParameters(SIDE, SIDE, steps, guidance, seed)
        conditioning = self.pipeline.encode_text(prompt, negative)
        latents = self.pipeline.denoise(conditioning, sampling, lambda step: None, lambda: False)
        return self.pipeline.decode(latents, sampling)
