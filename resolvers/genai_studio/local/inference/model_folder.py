"""Catalog entries for models in local folders."""

from __future__ import annotations

from pathlib import Path

from genai_studio.domain.catalog import Defaults, Limits, Model, Range, SpeedClass
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts, read_model_facts
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.interface import Operation as PipelineOperation

_FEW_STEPS = 8

_UPSCALE_PIXELS = 1024 * 1024
"""Maximum of width × height of an image to upscale. The result has up to 16 times as many."""

_BY_PIPELINE = {
    Operation.TEXT_TO_IMAGE: PipelineOperation.TEXT_TO_IMAGE,
    Operation.IMAGE_TO_IMAGE: PipelineOperation.IMAGE_TO_IMAGE,
    Operation.INPAINT: PipelineOperation.INPAINT,
    Operation.OUTPAINT: PipelineOperation.INPAINT,
    Operation.UPSCALE: PipelineOperation.UPSCALE,
}


def folder_model(path: Path, endpoint: str) -> Model:
    """Create the catalog entry of a diffusers folder or a `.safetensors` file.

    Args:
        path: Value of `--model-dir`.
        endpoint: Endpoint name under which the inference process serves the model.

    Raises:
        StudioUnavailable: The path is neither, or the model is not supported.
    """
    try:
        facts = read_model_facts(path)
    except PipelineUnavailable as error:
        raise StudioUnavailable(str(error)) from error
    name = path.stem.replace("-", " ").replace("_", " ")
    return model_entry(facts, endpoint, name, f"From {path.name} on this machine.")


def model_entry(facts: ModelFacts, endpoint: str, name: str, description: str) -> Model:
    """Create a catalog entry with limits derived from the model's training resolution."""
    side = facts.side
    return Model(
        id=endpoint,
        name=name,
        description=description,
        endpoint=endpoint,
        format="studio",
        speed=SpeedClass.STANDARD,
        streams=True,
        prompt_languages=("en",),
        price_per_image=0.0,
        limits=Limits(
            prompt_characters=2000,
            width=Range(min=64, max=min(2 * side, 2048), step=8),
            height=Range(min=64, max=min(2 * side, 2048), step=8),
            max_pixels=2 * side * side,
            steps=Range(min=1, max=50 if facts.steps <= _FEW_STEPS else 150),
            guidance_min=0.0,
            guidance_max=30.0,
            count=Range(min=1, max=4),
            upscale_pixels=_UPSCALE_PIXELS,
        ),
        defaults=Defaults(
            width=side, height=side, steps=facts.steps, guidance_scale=facts.guidance_scale
        ),
        uses_guidance=facts.uses_guidance,
        operations=_operations(facts),
    )


def folder_operations(path: Path) -> tuple[Operation, ...]:
    """Return what the model of a folder can do; without a readable model, generate from text."""
    try:
        return _operations(read_model_facts(path))
    except PipelineUnavailable:
        return (Operation.TEXT_TO_IMAGE,)


def _operations(facts: ModelFacts) -> tuple[Operation, ...]:
    # Every pipeline that can inpaint can also outpaint: the margins are masked.
    return tuple(
        operation for operation in Operation if _BY_PIPELINE[operation] in facts.operations
    )
