"""A catalogue entry for a model that lies in a folder of this machine."""

from __future__ import annotations

import json
from pathlib import Path

from genai_studio.domain.catalogue import Defaults, Limits, Model, Range, SpeedClass
from genai_studio.domain.errors import StudioUnavailable

_SDXL = "StableDiffusionXLPipeline"


def folder_model(path: Path, endpoint: str) -> Model:
    """Describe a diffusers folder or a `.safetensors` file.

    Args:
        path: What `--model-dir` named.
        endpoint: The name the inference process serves it under.

    Raises:
        StudioUnavailable: It is neither.
    """
    side = 1024 if _pipeline_class(path) == _SDXL else 512
    return Model(
        id=endpoint,
        name=path.stem.replace("-", " ").replace("_", " "),
        description=f"From {path.name} on this machine.",
        endpoint=endpoint,
        format="studio",
        speed=SpeedClass.STANDARD,
        streams=True,
        prompt_languages=("en",),
        price_per_image=0.0,
        limits=Limits(
            prompt_characters=2000,
            width=Range(min=64, max=2 * side, step=8),
            height=Range(min=64, max=2 * side, step=8),
            max_pixels=2 * side * side,
            steps=Range(min=1, max=150),
            guidance_min=0.0,
            guidance_max=30.0,
            count=Range(min=1, max=4),
        ),
        defaults=Defaults(width=side, height=side, steps=30, guidance_scale=7.5),
    )


def _pipeline_class(path: Path) -> str:
    if path.suffix == ".safetensors" and path.is_file():
        return _SDXL if "xl" in path.stem.casefold() else "StableDiffusionPipeline"
    try:
        index = json.loads((path / "model_index.json").read_text("utf-8"))
        return str(index["_class_name"])
    except (OSError, ValueError, KeyError, TypeError):
        raise StudioUnavailable(
            f"{path} is no text-to-image model: it needs to be a diffusers folder "
            "(with model_index.json) or one .safetensors file."
        ) from None
