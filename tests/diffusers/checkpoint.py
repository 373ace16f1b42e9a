"""Convert a diffusers folder to a single Stable Diffusion 1 checkpoint.

The tensor names are those that diffusers' `loaders/single_file_utils.py` reads.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

Tensors = dict[str, torch.Tensor]

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_UNET = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def save_checkpoint(folder: Path, layers: int, file: Path) -> Path:
    """Write the weights of `folder` to `file`. Its UNet has `layers` resnets per block."""
    tensors: Tensors = {}
    for name, tensor in load_file(folder / "unet/diffusion_pytorch_model.safetensors").items():
        tensors["model.diffusion_model." + _unet_name(name, layers)] = tensor
    for name, tensor in load_file(folder / "vae/diffusion_pytorch_model.safetensors").items():
        original, is_linear = _vae_name(name)
        # The original VAE's attention consists of 1 × 1 convolutions.
        linear = is_linear and tensor.ndim == 2
        tensors["first_stage_model." + original] = (
            tensor[:, :, None, None].contiguous() if linear else tensor
        )
    for name, tensor in load_file(folder / "text_encoder/model.safetensors").items():
        own = name if name.startswith("text_model.") else f"text_model.{name}"
        tensors["cond_stage_model.transformer." + own] = tensor
    save_file(tensors, file)
    return file


def _renamed(name: str, names: dict[str, str]) -> str:
    for ours, original in names.items():
        if name.startswith(f"{ours}."):
            return original + name[len(ours) :]
    return name


def _unet_name(name: str, layers: int) -> str:
    if found := re.match(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)", name):
        way, block, kind, index, rest = found.groups()
        number = int(block) * (layers + 1) + int(index)
        if kind == "downsamplers":
            return f"input_blocks.{(int(block) + 1) * (layers + 1)}.0.op.{rest[5:]}"
        if kind == "upsamplers":
            # After the resnet, and after the attention if the block has one.
            place = 2 if block == "1" else 1
            return f"output_blocks.{int(block) * (layers + 1) + layers}.{place}.{rest}"
        place = 0 if kind == "resnets" else 1
        inner = _renamed(rest, _RESNET) if kind == "resnets" else rest
        if way == "down":
            return f"input_blocks.{number + 1}.{place}.{inner}"
        return f"output_blocks.{number}.{place}.{inner}"
    if found := re.match(r"mid_block\.(resnets|attentions)\.(\d)\.(.+)", name):
        kind, index, rest = found.groups()
        if kind == "attentions":
            return f"middle_block.1.{rest}"
        return f"middle_block.{2 * int(index)}.{_renamed(rest, _RESNET)}"
    return _renamed(name, _UNET)


def _vae_name(name: str) -> tuple[str, bool]:
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    if found := re.match(r"(\w+)\.mid_block\.attentions\.0\.(.+)", name):
        return f"{found[1]}.mid.attn_1.{_renamed(found[2], _ATTENTION)}", True
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda found: f"mid.block_{int(found[1]) + 1}", name)
    name = re.sub(r"down_blocks\.(\d+)\.resnets\.(\d+)", r"down.\1.block.\2", name)
    name = re.sub(r"down_blocks\.(\d+)\.downsamplers\.0", r"down.\1.downsample", name)
    # The original numbers the decoder's blocks from the finest one.
    name = re.sub(
        r"up_blocks\.(\d+)\.resnets\.(\d+)",
        lambda found: f"up.{1 - int(found[1])}.block.{found[2]}",
        name,
    )
    name = re.sub(
        r"up_blocks\.(\d+)\.upsamplers\.0",
        lambda found: f"up.{1 - int(found[1])}.upsample",
        name,
    )
    return name, False
