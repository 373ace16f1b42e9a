"""What a model's files say about it, read without loading its weights.

Two forms are known: a diffusers folder (`model_index.json` and one folder for
each component, https://huggingface.co/docs/diffusers/using-diffusers/other-formats)
and a single checkpoint in the safetensors format, whose header is JSON behind
its length in eight bytes (https://github.com/huggingface/safetensors#format).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genai_studio.inference.pipelines.errors import PipelineUnavailable

STABLE_DIFFUSION = "StableDiffusionPipeline"
STABLE_DIFFUSION_XL = "StableDiffusionXLPipeline"

_MAX_HEADER_BYTES = 100_000_000
_LIBRARIES = {"diffusers", "transformers", "stable_diffusion"}
_PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl"}
_FEW_STEPS = ("turbo", "lightning", "schnell", "lcm", "hyper")

# Names of tensors that only one kind of checkpoint has, as in diffusers'
# single_file_utils.py (CHECKPOINT_KEY_NAMES).
_XL_KEY = "conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias"
_ATTENTION_KEY = "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight"
_V2_WIDTH = 1024


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known before loading.

    Attributes:
        pipeline_class: The diffusers class that runs it.
        side: Pixels of the square image it was trained for.
        steps: Steps that suit it.
        guidance_scale: Guidance that suits it; 0 for models distilled to need none.
        variant: The `variant` its weight files are named by, such as `fp16`, or None.
    """

    pipeline_class: str
    side: int
    steps: int
    guidance_scale: float
    variant: str | None = None

    @property
    def uses_guidance(self) -> bool:
        """Whether guidance and negative prompt have an effect as it is meant to run."""
        return self.guidance_scale > 1.0


def read_model_facts(path: Path) -> ModelFacts:
    """Look at a model's files.

    Raises:
        PipelineUnavailable: They are no text-to-image model of a known form, hold
            weights as pickles, or ask for code of their own to be run.
    """
    if path.is_file() and path.suffix == ".safetensors":
        return _checkpoint_facts(path)
    index = _read_json(path / "model_index.json")
    if index is None:
        raise PipelineUnavailable(
            # Its name alone: whoever asks for the model may not know this machine.
            f"{path.name} is no text-to-image model: it must be a diffusers folder "
            "(with model_index.json) or one .safetensors file."
        )
    return _folder_facts(path, index)


def _folder_facts(path: Path, index: dict[str, Any]) -> ModelFacts:
    for name, component in index.items():
        if name.startswith("_") or not isinstance(component, list):
            continue
        if component[:1] not in ([None], *([library] for library in _LIBRARIES)):
            raise PipelineUnavailable(
                f"{path.name} asks for code of its own ({name}); the studio runs none."
            )
        _refuse_pickles(path / name)
    pipeline_class = index.get("_class_name")
    if not isinstance(pipeline_class, str):
        raise PipelineUnavailable(f"{path.name} asks for a pipeline class of its own.")
    scheduler = _read_json(path / "scheduler" / "scheduler_config.json") or {}
    few = _is_distilled(path.name, scheduler)
    return ModelFacts(
        pipeline_class,
        _trained_side(path),
        steps=4 if few else 30,
        guidance_scale=0.0 if few else 7.5,
        variant=_variant(path),
    )


def _refuse_pickles(folder: Path) -> None:
    suffixes = {file.suffix for file in folder.glob("*")} if folder.is_dir() else set()
    if suffixes & _PICKLES and ".safetensors" not in suffixes:
        raise PipelineUnavailable(
            f"The weights in {folder.parent.name}/{folder.name} are pickles, which may run "
            "code when they are read. Get the model with .safetensors weights."
        )


def _trained_side(path: Path) -> int:
    for name in ("unet", "transformer"):
        config = _read_json(path / name / "config.json") or {}
        size = config.get("sample_size")
        if isinstance(size, int) and 0 < size <= 512:
            return size * _vae_scale(path)
    return 512


def _vae_scale(path: Path) -> int:
    """Pixels a side that one latent stands for: 2 for each halving in the VAE."""
    blocks = (_read_json(path / "vae" / "config.json") or {}).get("block_out_channels")
    return 2 ** (len(blocks) - 1) if isinstance(blocks, list) and blocks else 8


def _is_distilled(name: str, scheduler: dict[str, Any]) -> bool:
    if any(word in name.lower() for word in _FEW_STEPS):
        return True
    return scheduler.get("_class_name") == "LCMScheduler"


def _variant(path: Path) -> str | None:
    for folder in ("unet", "transformer"):
        files = [file.name for file in (path / folder).glob("*.safetensors")]
        if files and all(".fp16." in name for name in files):
            return "fp16"
    return None


def _checkpoint_facts(path: Path) -> ModelFacts:
    header = _read_header(path)
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
        f"{path.name} is no whole Stable Diffusion 1, 2 or XL checkpoint. "
        "Other models work as a diffusers folder."
    )


def _read_header(path: Path) -> dict[str, dict[str, Any]]:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        text = file.read(size) if 0 < size <= _MAX_HEADER_BYTES else b""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise PipelineUnavailable(f"{path.name} is no safetensors file.")
    return header


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
