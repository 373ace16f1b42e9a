"""Quantization of network weights and of the principal components."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEADING = 128
"""Number of principal components that are stored in eight bits."""
BLOCK = 64
"""Values of a four-bit principal component that share one scale."""
MIN_QUANTIZED_SIZE = 4096


def quantized(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Store large float weights as int8 with a float scale for each output row."""
    nodes, kept = [], []
    for tensor in graph.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < MIN_QUANTIZED_SIZE or values.ndim < 2:
            kept.append(tensor)
            continue
        # MatMul weights are inputs × outputs; Gemm (transB) and Conv have outputs first.
        uses = [n for n in graph.graph.node if tensor.name in n.input]
        axis = 1 if any(n.op_type == "MatMul" for n in uses) else 0
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(others, keepdims=True), 1e-8) / 127
        integers = np.round(values / scale).astype(np.int8)
        name = tensor.name
        kept.append(numpy_helper.from_array(integers, name + ".int8"))
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


def packed_basis(basis: np.ndarray, mean: np.ndarray) -> dict[str, np.ndarray]:
    """Quantize the principal components: `LEADING` in eight bits, the rest in four.

    Each four-bit block uses the step with the smallest squared error.
    """
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
    divisors = np.maximum(steps.astype(np.float32), 1e-7)[..., None]
    integers = np.clip(np.round(blocks / divisors), -8, 7)
    nibbles = (integers + 8).astype(np.uint8).reshape(len(rest), -1)
    return {
        "leading": np.round(leading / scales[:, None]).astype(np.int8),
        "leading_scales": scales.astype(np.float32),
        "rest": nibbles[:, 0::2] | nibbles[:, 1::2] << 4,
        "rest_scales": steps,
        "mean": mean.astype(np.float16),
    }
