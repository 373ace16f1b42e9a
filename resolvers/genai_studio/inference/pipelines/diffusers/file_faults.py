"""Detect faults of single model files: missing, empty, truncated, or of another format.

A safetensors file starts with the length of its header (8 bytes, little-endian) and
the header as JSON, followed by the tensors
(https://github.com/huggingface/safetensors#format).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from genai_studio.inference.pipelines.errors import PipelineUnavailable

_MAX_HEADER_BYTES = 100_000_000
_SNIFFED_BYTES = 512
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


class ModelFileFault(PipelineUnavailable):
    """A file of a model is missing, damaged or of another format.

    Args:
        model: Name of the model.
        file: Name of the file, relative to the model folder.
        fault: What is wrong with the file, as a predicate.
        remedy: What to do.
    """

    def __init__(
        self, model: str, file: str, fault: str, remedy: str = "Download the file again."
    ) -> None:
        super().__init__(f"Model {model}: {file} {fault}. {remedy}")
        self.file = file


def check_content(path: Path, model: str, file: str) -> None:
    """Check that a file exists and is not a placeholder for the real file.

    Args:
        path: The file.
        model: Name of the model, for the error.
        file: Name of the file, for the error.

    Raises:
        ModelFileFault: The file is missing, unreadable, empty, a Git LFS pointer or
            an HTML page.
    """
    try:
        with path.open("rb") as content:
            start = content.read(_SNIFFED_BYTES)
    except FileNotFoundError:
        raise ModelFileFault(model, file, "is missing") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "Check the file and its permissions."
        raise ModelFileFault(model, file, f"cannot be read ({reason})", remedy) from None
    if not start:
        raise ModelFileFault(model, file, "is empty")
    if start.startswith(_LFS_POINTER):
        remedy = "Run `git lfs pull` in the model's repository or download the file."
        raise ModelFileFault(model, file, "is a Git LFS pointer, not the file itself", remedy)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        remedy = "Download the file again; the website may require you to sign in."
        raise ModelFileFault(model, file, "is an HTML page, not a model file", remedy)


def read_json_object(path: Path, model: str, file: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ModelFileFault: The file is missing, a placeholder, or not a JSON object.
    """
    check_content(path, model, file)
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ModelFileFault(model, file, "is not a valid JSON object")
    return content


def read_safetensors_header(path: Path, model: str, file: str) -> dict[str, dict[str, Any]]:
    """Read the header of a safetensors file and compare it with the file's length.

    Returns:
        Tensor names, each with `dtype`, `shape` and `data_offsets`.

    Raises:
        ModelFileFault: The file is missing, a placeholder, truncated, too long or not
            a safetensors file.
    """
    check_content(path, model, file)
    actual = path.stat().st_size
    with path.open("rb") as content:
        length = int.from_bytes(content.read(8), "little")
        text = content.read(length) if 0 < length <= _MAX_HEADER_BYTES else b""
    if not text.lstrip().startswith(b"{"):
        raise ModelFileFault(model, file, "is not a safetensors file")
    if len(text) < length:
        raise ModelFileFault(model, file, f"is truncated after {actual:,} bytes")
    try:
        header = json.loads(text)
        tensors = {name: tensor for name, tensor in header.items() if name != "__metadata__"}
        end = max((int(tensor["data_offsets"][1]) for tensor in tensors.values()), default=0)
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError, IndexError):
        raise ModelFileFault(model, file, "has a damaged safetensors header") from None
    expected = 8 + length + end
    if actual < expected:
        fault = f"is truncated: it has {actual:,} of {expected:,} bytes"
        raise ModelFileFault(model, file, fault)
    if actual > expected:
        fault = f"is damaged: it has {actual:,} bytes instead of {expected:,}"
        raise ModelFileFault(model, file, fault)
    return tensors
