"""The released sprite decoder as a PyTorch module, read from the runtime's weights."""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from ..paths import WEIGHTS


class ReleasedDecoder(nn.Module):
    """The released sprite decoder: codes to principal component scores."""

    def __init__(self) -> None:
        super().__init__()
        graph = onnx.load(WEIGHTS / "sprite_decoder.onnx").graph
        stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        self.layers = nn.ModuleList()
        for at in (0, 2, 4):
            name = f"decoder.{at}.weight"
            weight = stored[f"{name}.int8"] * stored[f"{name}.scale"]
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight.data = torch.from_numpy(np.array(weight, np.float32))
            layer.bias.data = torch.from_numpy(np.array(stored[f"decoder.{at}.bias"]))
            self.layers.append(layer)
        # The last node multiplies with the spread of the scores.
        own = stored[graph.node[-1].input[1]]
        self.spread: torch.Tensor
        self.register_buffer("spread", torch.from_numpy(np.array(own)))
        self.requires_grad_(False)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        x = nn.functional.gelu(self.layers[0](codes))
        return self.layers[2](nn.functional.gelu(self.layers[1](x))) * self.spread
