"""Load the networks of a diffusers folder and check that their weights are complete.

diffusers and transformers initialize missing tensors at random and only log a
warning. The image is then noise.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from genai_studio.inference.pipelines.diffusers.file_faults import ModelFileFault
from genai_studio.inference.pipelines.diffusers.folder_check import components, weight_files
from genai_studio.inference.pipelines.errors import PipelineUnavailable

Foreign: TypeAlias = Any
"""An object of torch, diffusers or transformers, which may not be installed."""

_NETWORK_LIBRARIES = ("diffusers", "transformers")
_OTHER_COMPONENTS = ("Scheduler", "Tokenizer", "TokenizerFast", "Processor", "Extractor")
_REMEDY = "Download the file of this model that matches config.json."


def load_networks(
    path: Path, model: str, variant: str | None, dtype: Foreign
) -> dict[str, Foreign]:
    """Load the networks of a diffusers folder.

    Args:
        path: The diffusers folder, after `check_folder`.
        model: Name of the model, for errors.
        variant: Variant of the weight files, such as `fp16`, or None.
        dtype: Data type of the loaded weights.

    Returns:
        Component name to network.

    Raises:
        PipelineUnavailable: The installed libraries do not have the network's class.
        ModelFileFault: The weights do not match the component's config.json.
    """
    networks: dict[str, Foreign] = {}
    for name, (library, kind) in components(path, model).items():
        if library not in _NETWORK_LIBRARIES or kind.endswith(_OTHER_COMPONENTS):
            continue
        network_class = getattr(importlib.import_module(library), kind, None)
        if network_class is None:
            raise PipelineUnavailable(
                f"Model {model}: {name} needs the class {kind}, which the installed version of "
                f"{library} does not have. Upgrade {library} or use another model."
            )
        files = weight_files(path / name, model, library, variant)
        label = f"{name}/{files[0].name}" if len(files) == 1 else f"{name}/"
        has_variant = variant is not None and f".{variant}" in files[0].name
        try:
            network, loaded = network_class.from_pretrained(
                path / name,
                dtype=dtype,
                variant=variant if has_variant else None,
                use_safetensors=True,
                local_files_only=True,
                # Collects all mismatches instead of raising at the first one.
                ignore_mismatched_sizes=True,
                output_loading_info=True,
            )
        except MemoryError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            fault = f"cannot be loaded as {kind} ({summary(error, path)})"
            raise ModelFileFault(model, label, fault, _REMEDY) from error
        _check_tensors(loaded, model, label)
        networks[name] = network
    return networks


def check_values(path: Path, model: str, networks: Mapping[str, Foreign], torch: Foreign) -> None:
    """Check that all weights are present and finite.

    Args:
        path: The diffusers folder or checkpoint.
        model: Name of the model, for errors.
        networks: Component name to network.
        torch: The module torch.

    Raises:
        ModelFileFault: A tensor was not loaded, or contains NaN or infinity.
    """
    for name, network in networks.items():
        file = _weights_name(path, name)
        for key, tensor in (*network.named_parameters(), *network.named_buffers()):
            if tensor.is_meta:
                raise ModelFileFault(model, file, f"lacks the tensor {key}", _REMEDY)
            if not tensor.numel() or not tensor.is_floating_point():
                continue
            # aminmax propagates NaN and needs no memory of the tensor's size.
            low, high = (float(value) for value in torch.aminmax(tensor.detach()))
            if not (math.isfinite(low) and math.isfinite(high)):
                fault = f"has invalid weights: the tensor {key} contains NaN or infinity"
                raise ModelFileFault(model, file, fault)


def is_out_of_memory(error: Exception) -> bool:
    """Return whether torch ran out of memory, which is not a fault of the model."""
    return type(error).__name__ == "OutOfMemoryError"


def summary(error: Exception, path: Path) -> str:
    """Summarize an exception of a library in one line, without paths of this machine."""
    text = str(error)
    for folder in {str(path), str(path.resolve())}:
        text = text.replace(folder, path.name)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    if not first or "/" in first or "\\" in first:
        return type(error).__name__
    return f"{type(error).__name__}: {first[:160]}"


def _weights_name(path: Path, component: str) -> str:
    if not path.is_dir():
        return path.name
    files = list((path / component).glob("*.safetensors"))
    return f"{component}/{files[0].name if len(files) == 1 else ''}"


def _check_tensors(loaded: dict[str, Iterable[Any]], model: str, label: str) -> None:
    mismatched = sorted(loaded["mismatched_keys"], key=lambda entry: str(entry[0]))
    if mismatched:
        key, actual, expected = mismatched[0]
        fault = (
            f"does not match config.json: {len(mismatched)} tensors have the wrong shape, such "
            f"as {key} with {list(actual)} instead of {list(expected)}"
        )
        raise ModelFileFault(model, label, fault, _REMEDY)
    missing = sorted(map(str, loaded["missing_keys"]))
    if missing:
        fault = f"lacks {len(missing)} tensors of this architecture, such as {missing[0]}"
        raise ModelFileFault(model, label, fault, _REMEDY)
