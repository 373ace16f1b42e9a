"""Export of the networks for edits: encoders, upscalers, and the codes of known names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from genai_studio.inference.pipelines.builtin.model.encoder import SEEN, WHOLE

from ..data import concepts
from ..networks.encoder import SceneEncoder, SpriteEncoder
from ..paths import CHECKPOINTS, WEIGHTS
from ..training import train_upscaler
from . import manifest
from .export_weights import npz_file, onnx_file

MAX_ENCODER, MAX_UPSCALER = 4_000_000, 2_000_000


def _encoder_files() -> dict[str, bytes]:
    scene, sprite = SceneEncoder(), SpriteEncoder()
    for name, network in (("scene", scene), ("sprite", sprite)):
        stored = torch.load(CHECKPOINTS / f"{name}_encoder.pt")
        network.load_state_dict(stored["model"])
    batch = {0: "batch"}
    return {
        "scene_encoder.onnx": onnx_file(
            scene,
            {"image": torch.zeros(1, 3, WHOLE, WHOLE), "aspect": torch.zeros(1)},
            "layers",
            {"image": batch, "aspect": batch, "layers": batch},
        ),
        "sprite_encoder.onnx": onnx_file(
            sprite,
            {"window": torch.zeros(1, 3, SEEN, SEEN)},
            "sprite",
            {"window": batch, "sprite": batch},
        ),
    }


def _upscaler_files() -> dict[str, bytes]:
    size = {2: "height", 3: "width"}
    return {
        f"upscaler_x{factor}.onnx": onnx_file(
            train_upscaler.load(factor),
            {"rgb": torch.zeros(1, 3, 32, 32)},
            "sharp",
            {"rgb": size, "sharp": {2: "tall", 3: "wide"}},
        )
        for factor in train_upscaler.FACTORS
    }


def _name_codes() -> bytes:
    """Return the codes of the drawings with eight-bit numbers, and their names as UTF-8 lines."""
    with np.load(CHECKPOINTS / "name_codes.npz") as stored:
        codes, names = stored["codes"], [str(name) for name in stored["names"]]
    chinese = {c.zh_label: c.label for c in concepts.trainable() if c.zh_label}
    lines = [f"{one}\t{other}" for one, other in chinese.items()]
    scales = np.abs(codes).max(0) / 127
    return npz_file(
        {
            "codes": np.round(codes / scales).astype(np.int8),
            "scales": scales.astype(np.float32),
            "names": np.frombuffer("\n".join(names).encode(), np.uint8),
            "chinese": np.frombuffer("\n".join(lines).encode(), np.uint8),
        }
    )


def export(folder: Path = WEIGHTS) -> None:
    """Write the files for edits and the manifest of all weights."""
    encoders, upscalers = _encoder_files(), _upscaler_files()
    for files, limit in ((encoders, MAX_ENCODER), (upscalers, MAX_UPSCALER)):
        total = sum(len(content) for content in files.values())
        assert total <= limit, f"{', '.join(files)} have {total:,} bytes; the limit is {limit:,}."
    for name, content in {**encoders, **upscalers, "name_codes.npz": _name_codes()}.items():
        (folder / name).write_bytes(content)
        print(f"{name} {len(content):,} bytes")
    manifest.write(folder)
