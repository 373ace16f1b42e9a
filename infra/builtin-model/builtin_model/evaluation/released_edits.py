"""Edits with the released weights, run by the product's own pipeline."""

from __future__ import annotations

from PIL import Image, ImageDraw

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.interface import EditSource, SamplingParameters

SIDE, STEPS, GUIDANCE = 256, 20, 4.0


def ignore(step: object) -> None:
    """Receive a step and do nothing."""


def edit(
    model: BuiltinPipeline,
    prompt: str,
    seed: int,
    source: EditSource | None = None,
    side: int = SIDE,
) -> tuple[ddim.Sample, Image.Image]:
    """Generate or edit an image. Returns its layers too."""
    parameters = SamplingParameters(side, side, STEPS, GUIDANCE, seed)
    conditioning = model.encode_text(prompt, "")
    sampled = model.denoise(conditioning, parameters, ignore, lambda: False, source)
    return sampled.layers, model.decode(sampled, parameters)


def mask(side: int, box: tuple[float, float, float, float]) -> Image.Image:
    """Return a mask whose box (in image sides) is white."""
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).rectangle(tuple(round(v * side) for v in box), fill=255)
    return image
