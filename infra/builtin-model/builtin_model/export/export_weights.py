"""Export of the trained model to the files that the runtime loads: ONNX networks and arrays.

Weight matrices are eight-bit integers with one scale per row. The first nodes of each
network convert them back to floats. Principal components after the first `LEADING` are
four-bit integers with one scale per block.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS
from genai_studio.inference.pipelines.builtin.scene import layers

from ..networks.denoisers import Model
from ..networks.sprite_coder import SpriteCoder
from ..paths import CHECKPOINTS, WEIGHTS
from ..text import sentence_vectors, vocabulary
from ..training import train_sharpener
from . import manifest
from .quantization import packed_basis, quantized

OPSET = 17
FREQUENT_WORDS = 10000


def onnx_file(
    module: nn.Module,
    inputs: dict[str, torch.Tensor],
    output: str,
    dynamic: dict[str, dict[int, str]],
) -> bytes:
    """Export a module as a quantized ONNX file.

    Args:
        module: The module to export.
        inputs: Example inputs by name.
        output: Name of the output.
        dynamic: Dynamic axes by the name of the input or output.
    """
    buffer = io.BytesIO()
    torch.onnx.export(
        module.eval(), tuple(inputs.values()), buffer, input_names=list(inputs),
        output_names=[output], dynamic_axes=dynamic, opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    return quantized(onnx.load_from_string(buffer.getvalue())).SerializeToString()


class ScoreDecoder(nn.Module):
    """Decode codes to principal component scores in pixel units."""

    def __init__(self, coder: SpriteCoder) -> None:
        super().__init__()
        self.decoder, self.spread = coder.decoder, coder.spread

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.decoder(codes) * self.spread


def shipped_words() -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Return the shipped part of the vocabulary and its quantized vectors.

    MiniLM's rarer words are dropped if no caption uses them.
    """
    words, emoji, vectors = vocabulary.load()
    by_frequency = [w for w in sentence_vectors.vocabulary() if w.isascii() and w.isalpha()]
    rare = set(by_frequency[FREQUENT_WORDS:]) - set(vocabulary.caption_words())
    positions = [i for i, word in enumerate(words) if word not in rare]
    kept = vectors[positions]
    scales = np.abs(kept).max(0) / 127
    arrays = {
        "vectors": np.round(kept / scales).astype(np.int8),
        "scales": scales.astype(np.float32),
    }
    return {"words": [words[i] for i in positions], "emoji": emoji}, arrays


def npz_file(arrays: dict[str, np.ndarray]) -> bytes:
    """Return the arrays as a compressed `.npz` file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def export(folder: Path = WEIGHTS) -> None:
    """Write every file of the runtime's weights folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model = Model(vocabulary.DIMENSIONS)
    model.load_state_dict(torch.load(CHECKPOINTS / "denoiser.pt")["average"])
    sprite_decoder = train_sharpener.load()
    stored = torch.load(CHECKPOINTS / "sprite_codes.pt")
    coder = SpriteCoder(stored["scores"].std(0))
    coder.load_state_dict(stored["model"])
    words, vectors = shipped_words()
    batch, level = {0: "batch"}, torch.zeros(2)
    noisy = {"noisy": batch, "level": batch, "text": batch, "clean": batch}
    files = {
        "vocabulary.json": json.dumps(words, ensure_ascii=False).encode(),
        "word_vectors.npz": npz_file(vectors),
        "sprite_basis.npz": npz_file(packed_basis(stored["basis"].numpy(), stored["mean"].numpy())),
        "text_encoder.onnx": onnx_file(
            model.text, {
                "vectors": torch.zeros(2, MAX_TOKENS, vocabulary.DIMENSIONS),
                "mask": torch.ones(2, MAX_TOKENS),
            },
            "conditioning",
            {"vectors": batch, "mask": batch, "conditioning": batch},
        ),
        "sprite_denoiser.onnx": onnx_file(
            model.sprite,
            {
                "noisy": torch.zeros(2, layers.CODE), "level": level,
                "text": torch.zeros(2, 256), "solidity": torch.zeros(2, 1),
            },
            "clean", noisy | {"solidity": batch},
        ),
        "scene_denoiser.onnx": onnx_file(
            model.scene,
            {"noisy": torch.zeros(2, layers.SCENE), "level": level, "text": torch.zeros(2, 1024)},
            "clean", noisy,
        ),
        "sprite_decoder.onnx": onnx_file(
            ScoreDecoder(coder), {"codes": torch.zeros(2, layers.CODE)},
            "scores", {"codes": batch, "scores": batch},
        ),
        "sharpener.onnx": onnx_file(
            sprite_decoder.sharpener,
            {"rgba": torch.zeros(2, 4, 64, 64), "codes": torch.zeros(2, layers.CODE)},
            "sharp", {"rgba": batch, "codes": batch, "sharp": batch},
        ),
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(f"{name} {len(content):,} bytes")
    manifest.write(folder)


if __name__ == "__main__":
    export()
