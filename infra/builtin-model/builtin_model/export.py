"""Writes the trained model as the runtime reads it: ONNX networks and arrays.

Weight matrices are stored as eight-bit integers with one scale a row (the network's
first nodes turn them back into floats), the principal components beyond the first
`LEADING` as four-bit integers with one scale a block. `manifest.json` lists the
SHA-256 of every file.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from genai_studio.inference.pipelines.builtin.model.tokenizer import MAX_TOKENS
from genai_studio.inference.pipelines.builtin.scene import layers

from . import sentence_vectors, train_sharpener, vocabulary
from .networks import Model
from .paths import CHECKPOINTS, WEIGHTS
from .train_sprite_codes import SpriteCoder

VERSION = "1"
OPSET = 17
LEADING = 128
BLOCK = 64
SMALLEST_QUANTISED = 4096
FREQUENT_WORDS = 10000


def quantised(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Large float weights as int8 with a float scale for each output row."""
    nodes, kept = [], []
    for tensor in graph.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST_QUANTISED or values.ndim < 2:
            kept.append(tensor)
            continue
        # MatMul weights are inputs × outputs; Gemm (transB) and Conv have outputs first.
        uses = [n for n in graph.graph.node if tensor.name in n.input]
        axis = 1 if any(n.op_type == "MatMul" for n in uses) else 0
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(others, keepdims=True), 1e-8) / 127
        small = np.round(values / scale).astype(np.int8)
        name = tensor.name
        kept.append(numpy_helper.from_array(small, name + ".int8"))
        kept.append(numpy_helper.from_array(scale.astype(np.float32), name + ".scale"))
        cast = name + ".float"
        nodes.append(helper.make_node("Cast", [name + ".int8"], [cast], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [cast, name + ".scale"], [name]))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    original = list(graph.graph.node)
    del graph.graph.node[:]
    graph.graph.node.extend([*nodes, *original])
    onnx.checker.check_model(graph)
    return graph


def network(
    module: nn.Module,
    inputs: dict[str, torch.Tensor],
    output: str,
    dynamic: dict[str, dict[int, str]],
) -> bytes:
    """A module as a quantised ONNX file."""
    buffer = io.BytesIO()
    torch.onnx.export(
        module.eval(), tuple(inputs.values()), buffer, input_names=list(inputs),
        output_names=[output], dynamic_axes=dynamic, opset_version=OPSET, dynamo=False,
    )  # fmt: skip
    return quantised(onnx.load_from_string(buffer.getvalue())).SerializeToString()


class Scores(nn.Module):
    """Codes to principal component scores in pixel units."""

    def __init__(self, coder: SpriteCoder) -> None:
        super().__init__()
        self.decoder, self.spread = coder.decoder, coder.spread

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.decoder(codes) * self.spread


def packed_basis(basis: np.ndarray, mean: np.ndarray) -> dict[str, np.ndarray]:
    """The principal components: the leading ones in eight bits, the rest in four."""
    leading, rest = basis[:LEADING], basis[LEADING:]
    scales = np.abs(leading).max(1) / 127
    blocks = rest.reshape(len(rest), -1, BLOCK)
    best, steps = np.full(blocks.shape[:2], np.inf), np.zeros(blocks.shape[:2], np.float32)
    for clip in (0.6, 0.7, 0.8, 0.9, 1.0):
        step = np.maximum(np.abs(blocks).max(-1) * clip / 7.5, 1e-9)
        error = (
            (np.clip(np.round(blocks / step[..., None]), -8, 7) * step[..., None] - blocks) ** 2
        ).sum(-1)
        steps = np.where(error < best, step, steps)
        best = np.minimum(best, error)
    steps = steps.astype(np.float16)
    whole = np.clip(np.round(blocks / np.maximum(steps.astype(np.float32), 1e-7)[..., None]), -8, 7)
    nibbles = (whole + 8).astype(np.uint8).reshape(len(rest), -1)
    return {
        "leading": np.round(leading / scales[:, None]).astype(np.int8),
        "leading_scales": scales.astype(np.float32),
        "rest": nibbles[:, 0::2] | nibbles[:, 1::2] << 4,
        "rest_scales": steps,
        "mean": mean.astype(np.float16),
    }


def shipped_words() -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """The vocabulary without MiniLM's rarer words that no caption uses, and its vectors."""
    words, emoji, vectors = vocabulary.load()
    frequent = [w for w in sentence_vectors.vocabulary() if w.isascii() and w.isalpha()]
    rare = set(frequent[FREQUENT_WORDS:]) - set(vocabulary.caption_words())
    places = [i for i, word in enumerate(words) if word not in rare]
    kept = vectors[places]
    scales = np.abs(kept).max(0) / 127
    numbers = {
        "vectors": np.round(kept / scales).astype(np.int8),
        "scales": scales.astype(np.float32),
    }
    return {"words": [words[i] for i in places], "emoji": emoji}, numbers


def archive(arrays: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def export(folder: Path = WEIGHTS) -> None:
    """Write every file of the runtime's weights folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model = Model(vocabulary.DIMENSIONS)
    model.load_state_dict(torch.load(CHECKPOINTS / "denoiser.pt")["average"])
    drawer = train_sharpener.load()
    stored = torch.load(CHECKPOINTS / "sprite_codes.pt")
    coder = SpriteCoder(stored["scores"].std(0))
    coder.load_state_dict(stored["model"])
    words, vectors = shipped_words()
    batch, level = {0: "batch"}, torch.zeros(2)
    noisy = {"noisy": batch, "level": batch, "text": batch, "clean": batch}
    files = {
        "vocabulary.json": json.dumps(words, ensure_ascii=False).encode(),
        "word_vectors.npz": archive(vectors),
        "sprite_basis.npz": archive(packed_basis(stored["basis"].numpy(), stored["mean"].numpy())),
        "text_encoder.onnx": network(
            model.text, {
                "vectors": torch.zeros(2, MAX_TOKENS, vocabulary.DIMENSIONS),
                "mask": torch.ones(2, MAX_TOKENS),
            },
            "conditioning",
            {"vectors": batch, "mask": batch, "conditioning": batch},
        ),
        "sprite_denoiser.onnx": network(
            model.sprite,
            {
                "noisy": torch.zeros(2, layers.CODE), "level": level,
                "text": torch.zeros(2, 256), "solidity": torch.zeros(2, 1),
            },
            "clean", noisy | {"solidity": batch},
        ),
        "scene_denoiser.onnx": network(
            model.scene,
            {"noisy": torch.zeros(2, layers.SCENE), "level": level, "text": torch.zeros(2, 1024)},
            "clean", noisy,
        ),
        "sprite_decoder.onnx": network(
            Scores(coder), {"codes": torch.zeros(2, layers.CODE)},
            "scores", {"codes": batch, "scores": batch},
        ),
        "sharpener.onnx": network(
            drawer.sharpener,
            {"rgba": torch.zeros(2, 4, 64, 64), "codes": torch.zeros(2, layers.CODE)},
            "sharp", {"rgba": batch, "codes": batch, "sharp": batch},
        ),
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(f"{name} {len(content):,} bytes")
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {"name": "genai-studio emoji", "version": VERSION, "files": sums}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    total = sum(len(content) for content in files.values())
    print(f"total {total:,} bytes")
    assert total < 20_000_000, "the weights must stay below 20 MB"


if __name__ == "__main__":
    export()
