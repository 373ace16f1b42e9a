"""Check every file of a diffusers folder before the libraries load it.

The libraries report a broken file late, without its name, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genai_studio.inference.pipelines.diffusers.file_faults import (
    ModelFileFault,
    check_content,
    read_json_object,
    read_safetensors_header,
)

_VOCABULARIES = (
    "tokenizer.json",
    "vocab.json",
    "vocab.txt",
    "spiece.model",
    "tokenizer.model",
    "sentencepiece.bpe.model",
)
_PREPROCESSORS = ("FeatureExtractor", "ImageProcessor", "Processor")
_INCOMPLETE = "Download the whole model again."


def check_folder(
    path: Path, model: str, variant: str | None = None, *, weights: bool = True
) -> None:
    """Check the components that `model_index.json` lists.

    Args:
        path: The diffusers folder.
        model: Name of the model, for errors.
        variant: Variant of the weight files, such as `fp16`, or None.
        weights: Whether the folder must contain weights.

    Raises:
        ModelFileFault: A file is missing, damaged or of another format.
    """
    for name, (library, kind) in components(path, model).items():
        folder = path / name
        if not folder.is_dir():
            raise ModelFileFault(model, f"{name}/", "is missing", _INCOMPLETE)
        if kind.endswith("Scheduler"):
            read_json_object(
                folder / "scheduler_config.json", model, f"{name}/scheduler_config.json"
            )
        elif "Tokenizer" in kind:
            _check_tokenizer(folder, model)
        elif kind.endswith(_PREPROCESSORS):
            read_json_object(
                folder / "preprocessor_config.json", model, f"{name}/preprocessor_config.json"
            )
        else:
            read_json_object(folder / "config.json", model, f"{name}/config.json")
            files = weight_files(folder, model, library, variant) if weights else []
            for file in files:
                read_safetensors_header(file, model, f"{name}/{file.name}")


def components(path: Path, model: str) -> Mapping[str, tuple[str, str]]:
    """Read the components of `model_index.json`: name to library and class.

    Raises:
        ModelFileFault: The file is missing or damaged.
    """
    index = read_json_object(path / "model_index.json", model, "model_index.json")
    listed: dict[str, tuple[str, str]] = {}
    for name, entry in index.items():
        match entry:
            case [str(library), str(kind)] if not name.startswith("_"):
                listed[name] = (library, kind)
    return listed


def weight_files(folder: Path, model: str, library: str, variant: str | None) -> list[Path]:
    """List the weight files that the library loads from a component's folder.

    Raises:
        ModelFileFault: There are no weights, or the index of the shards is damaged.
    """
    stem = "diffusion_pytorch_model" if library == "diffusers" else "model"
    names = [f"{stem}.safetensors"]
    indexes = [f"{stem}.safetensors.index.json"]
    if variant is not None:
        names.insert(0, f"{stem}.{variant}.safetensors")
        indexes.insert(0, f"{stem}.safetensors.index.{variant}.json")
    for name, index in zip(names, indexes, strict=True):
        if (folder / name).exists() or (folder / name).is_symlink():
            return [folder / name]
        if (folder / index).exists():
            label = f"{folder.name}/{index}"
            shards = _shards(read_json_object(folder / index, model, label))
            if not shards:
                raise ModelFileFault(model, label, "lists no weight files")
            return [folder / shard for shard in shards]
    raise ModelFileFault(model, f"{folder.name}/{names[0]}", "is missing", _INCOMPLETE)


def _shards(index: Mapping[str, Any]) -> list[str]:
    weight_map = index.get("weight_map")
    names = set(weight_map.values()) if isinstance(weight_map, dict) else set()
    # A name with a folder could point outside the model.
    return sorted(name for name in names if isinstance(name, str) and Path(name).name == name)


def _check_tokenizer(folder: Path, model: str) -> None:
    for file in sorted(folder.glob("*.json")):
        read_json_object(file, model, f"{folder.name}/{file.name}")
    present = [name for name in _VOCABULARIES if (folder / name).exists()]
    if not present:
        # Without a vocabulary the library creates an empty tokenizer.
        fault = "is missing (or another vocabulary, such as vocab.json)"
        raise ModelFileFault(model, f"{folder.name}/tokenizer.json", fault, _INCOMPLETE)
    for name in present:
        check_content(folder / name, model, f"{folder.name}/{name}")
    if "vocab.json" in present and "tokenizer.json" not in present:
        check_content(folder / "merges.txt", model, f"{folder.name}/merges.txt")
