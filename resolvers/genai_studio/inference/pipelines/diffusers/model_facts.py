"""Read the properties of a model from its files, without loading the weights.

There are two formats: a diffusers folder (`model_index.json` and one folder for
each component, https://huggingface.co/docs/diffusers/using-diffusers/other-formats)
and a single checkpoint in the safetensors format.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from genai_studio.inference.pipelines.diffusers.file_faults import (
    read_json_object,
    read_safetensors_header,
)
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.interface import Operation

STABLE_DIFFUSION = "StableDiffusionPipeline"
STABLE_DIFFUSION_XL = "StableDiffusionXLPipeline"

EDITABLE = {
    STABLE_DIFFUSION,
    STABLE_DIFFUSION_XL,
    "StableDiffusion3Pipeline",
    "FluxPipeline",
}
"""Pipeline classes for which diffusers has image-to-image and inpainting, and which are tested."""

_LIBRARIES = {"diffusers", "transformers", "stable_diffusion"}
_PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
_FEW_STEPS = ("turbo", "lightning", "schnell", "lcm", "hyper")

# Tensors that identify the kind of a checkpoint, from CHECKPOINT_KEY_NAMES in diffusers'
# single_file_utils.py.
_XL_KEY = "conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias"
_ATTENTION_KEY = "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight"
_V2_WIDTH = 1024


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Properties of a model.

    Attributes:
        pipeline_class: Name of the diffusers class that runs the model.
        side: Side in pixels of the square images that the model was trained on.
        steps: Recommended number of steps.
        guidance_scale: Recommended guidance; 0 for models distilled to need none.
        variant: Variant in the names of the weight files, such as `fp16`, or None.
    """

    pipeline_class: str
    side: int
    steps: int
    guidance_scale: float
    variant: str | None = None

    @property
    def operations(self) -> frozenset[Operation]:
        """Return what the model can do besides text-to-image, and text-to-image."""
        if self.pipeline_class in EDITABLE:
            return frozenset(Operation)
        return frozenset({Operation.TEXT_TO_IMAGE})

    @property
    def uses_guidance(self) -> bool:
        """Return whether guidance and negative prompt have an effect by default."""
        return self.guidance_scale > 1.0


def read_model_facts(path: Path) -> ModelFacts:
    """Read the properties of a model.

    Args:
        path: A diffusers folder or a `.safetensors` file.

    Raises:
        PipelineUnavailable: The path is not a supported text-to-image model, contains
            pickled weights, or requires custom code.
    """
    if path.is_file() and path.suffix == ".safetensors":
        return _checkpoint_facts(path)
    if not (path / "model_index.json").is_file():
        raise PipelineUnavailable(
            # Only the name: the caller must not learn paths of this machine.
            f"{model_name(path)} is not a text-to-image model. It must be a diffusers folder "
            "(with model_index.json) or one .safetensors file."
        )
    index = read_json_object(path / "model_index.json", model_name(path), "model_index.json")
    return _folder_facts(path, index)


def model_name(path: Path) -> str:
    """Return the name of a model's folder or file, also for a path of Windows."""
    return PureWindowsPath(path.name).name


def _folder_facts(path: Path, index: dict[str, Any]) -> ModelFacts:
    for name, component in index.items():
        if name.startswith("_") or not isinstance(component, list):
            continue
        if component[:1] not in ([None], *([library] for library in _LIBRARIES)):
            raise PipelineUnavailable(
                f"Model {model_name(path)} requires custom code ({name}), which is not "
                "supported for security reasons."
            )
        _reject_pickles(path / name)
    pipeline_class = index.get("_class_name")
    if not isinstance(pipeline_class, str):
        raise PipelineUnavailable(
            f"Model {model_name(path)} requires a custom pipeline class, which is not supported."
        )
    scheduler = _read_json(path / "scheduler" / "scheduler_config.json") or {}
    few = _is_distilled(path.name, scheduler)
    return ModelFacts(
        pipeline_class,
        _trained_side(path),
        steps=4 if few else 30,
        guidance_scale=0.0 if few else 7.5,
        variant=_variant(path),
    )


def _reject_pickles(folder: Path) -> None:
    suffixes = {file.suffix for file in folder.glob("*")} if folder.is_dir() else set()
    if suffixes & _PICKLES and ".safetensors" not in suffixes:
        raise PipelineUnavailable(
            f"Model {model_name(folder.parent)}: {folder.name}/ contains pickled weights, which "
            "can execute code. Download the model with .safetensors weights."
        )


def _trained_side(path: Path) -> int:
    for name in ("unet", "transformer"):
        config = _read_json(path / name / "config.json") or {}
        size = config.get("sample_size")
        if isinstance(size, int) and 0 < size <= 512:
            return size * _vae_scale(path)
    return 512


def _vae_scale(path: Path) -> int:
    """Return the pixels per latent and side: the VAE halves each side per block."""
    blocks = (_read_json(path / "vae" / "config.json") or {}).get("block_out_channels")
    return 2 ** (len(blocks) - 1) if isinstance(blocks, list) and blocks else 8


def _is_distilled(name: str, scheduler: dict[str, Any]) -> bool:
    if any(word in name.lower() for word in _FEW_STEPS):
        return True
    return scheduler.get("_class_name") == "LCMScheduler"


def _variant(path: Path) -> str | None:
    for folder in ("unet", "transformer"):
        files = [file.name for file in (path / folder).glob("*.safetensors")]
        if files and all(".fp16" in name for name in files):
            return "fp16"
    return None


def _checkpoint_facts(path: Path) -> ModelFacts:
    header = read_safetensors_header(path, model_name(path), path.name)
    few = _is_distilled(path.stem, {})
    steps, guidance = (4, 0.0) if few else (30, 7.5)
    if _XL_KEY in header:
        side = 512 if "turbo" in path.stem.lower() else 1024
        return ModelFacts(STABLE_DIFFUSION_XL, side, steps, guidance)
    if _ATTENTION_KEY in header:
        shape = header[_ATTENTION_KEY].get("shape", [])
        side = 768 if shape[-1:] == [_V2_WIDTH] and not few else 512
        return ModelFacts(STABLE_DIFFUSION, side, steps, guidance)
    raise PipelineUnavailable(
        f"{path.name} is not a complete Stable Diffusion 1, 2 or XL checkpoint. "
        "Other models must be diffusers folders."
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
