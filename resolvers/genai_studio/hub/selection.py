"""Select the files of a diffusers repository to download: one set of safetensors weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from genai_studio.hub.errors import ModelNotUsable
from genai_studio.hub.repository import RemoteFile

INDEX = "model_index.json"

_STEM = r"(?:diffusion_pytorch_model|model)"
_SHARD = r"(?:-\d{5}-of-\d{5})?"
_FULL = re.compile(rf"{_STEM}{_SHARD}\.safetensors(?:\.index\.json)?")
_HALF = re.compile(
    rf"{_STEM}(?:\.fp16{_SHARD}|{_SHARD}\.fp16)\.safetensors(?:\.index\.json)?"
    rf"|{_STEM}\.safetensors\.index\.fp16\.json"
)
_WEIGHTS = {".safetensors", ".bin", ".ckpt", ".pt", ".pth", ".pkl", ".msgpack", ".h5"}
_TEXT = {".json", ".txt", ".model"}
_OTHER_TASKS = ("Img2Img", "Inpaint", "ControlNet", "Upscale", "Video", "Audio", "Prior")


def choose_files(index: Mapping[str, Any], files: Sequence[RemoteFile]) -> tuple[RemoteFile, ...]:
    """Select the files to download.

    Half-precision weights are preferred, because they load on every device and
    are half as large.

    Args:
        index: Content of `model_index.json`.
        files: All files of the repository.

    Raises:
        ModelNotUsable: The model is for another task, or a component has no
            safetensors weights.
    """
    task = index.get("_class_name")
    if not isinstance(task, str) or any(word in task for word in _OTHER_TASKS):
        raise ModelNotUsable(f"The model is a {task}, not a text-to-image pipeline.")
    by_folder: dict[str, list[RemoteFile]] = {}
    for file in files:
        by_folder.setdefault(str(PurePosixPath(file.path).parent), []).append(file)
    chosen = [file for file in files if file.path == INDEX]
    for component, made_by in index.items():
        if isinstance(made_by, list) and made_by[:1] != [None]:
            chosen += _component_files(component, by_folder.get(component, []))
    return tuple(chosen)


def _component_files(component: str, files: Sequence[RemoteFile]) -> list[RemoteFile]:
    names = {file.path: PurePosixPath(file.path).name for file in files}
    half = [file for file in files if _HALF.fullmatch(names[file.path])]
    full = [file for file in files if _FULL.fullmatch(names[file.path])]
    weights = half or full
    has_weights = any(PurePosixPath(file.path).suffix in _WEIGHTS for file in files)
    if has_weights and not any(file.path.endswith(".safetensors") for file in weights):
        raise ModelNotUsable(
            f"The model's {component} has no safetensors weights. Other formats may run code."
        )
    config_files = [
        file
        for file in files
        if PurePosixPath(file.path).suffix in _TEXT and ".index." not in names[file.path]
    ]
    return [*config_files, *weights]
