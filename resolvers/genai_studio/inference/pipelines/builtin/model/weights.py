"""Read the model's files and verify their SHA-256 checksums against the manifest."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]  # onnxruntime ships no types

from genai_studio.inference.pipelines.builtin.model.errors import WeightsCorrupted

FOLDER: Final = Path(__file__).resolve().parents[1] / "weights"
MANIFEST: Final = "manifest.json"
THREADS: Final = 2


class Weights:
    """Verified access to one folder of weights.

    Args:
        folder: Folder of manifest.json and the files that it lists.

    Raises:
        WeightsCorrupted: The manifest is missing or invalid.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            self._sums: Mapping[str, str] = manifest["files"]
            self.version = str(manifest["version"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsCorrupted(
                "manifest.json of the built-in model is missing or damaged. Reinstall the package."
            ) from error

    def read(self, name: str) -> bytes:
        """Read a file.

        Raises:
            WeightsCorrupted: The file is missing or has the wrong checksum.
        """
        try:
            content = (self._folder / name).read_bytes()
        except OSError as error:
            raise WeightsCorrupted(
                f"{name} of the built-in model is missing. Reinstall the package."
            ) from error
        if hashlib.sha256(content).hexdigest() != self._sums.get(name):
            raise WeightsCorrupted(
                f"{name} of the built-in model has the wrong checksum. Reinstall the package."
            )
        return content

    def arrays(self, name: str) -> dict[str, np.ndarray[Any, Any]]:
        """Read the arrays of an .npz file."""
        with np.load(io.BytesIO(self.read(name)), allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}

    def network(self, name: str) -> ort.InferenceSession:
        """Load an ONNX network for two CPU threads that do not spin while they wait."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        return ort.InferenceSession(self.read(name), options, providers=["CPUExecutionProvider"])
