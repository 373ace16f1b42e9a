"""Create tiny, randomly initialized models of real architectures."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)

SIDE = 64
"""Image side of the tiny models in pixels: 32 latents of 2 pixels."""
LAYERS = 2
"""Resnets per block of the tiny Stable Diffusion's UNet."""
_WIDTH = 32

# More threads would slow down models of this size.
torch.set_num_threads(1)


def _tokenizer(folder: Path) -> CLIPTokenizer:
    """Create CLIP's byte-level BPE without merges: every character is a token."""
    folder.mkdir(parents=True)
    characters = [chr(code) for code in range(33, 127)] + [chr(code) for code in range(161, 324)]
    tokens = [*characters, *(f"{character}</w>" for character in characters)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77
    )


def _text_config(tokenizer: CLIPTokenizer) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=_WIDTH,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=_WIDTH,
        hidden_act="gelu",
    )


def _vae(latent_channels: int = 4, **fields: float) -> AutoencoderKL:
    return AutoencoderKL(
        **fields,
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=latent_channels,
        sample_size=SIDE,
    )


def save_stable_diffusion(folder: Path) -> Path:
    """Save a StableDiffusionPipeline as a diffusers folder. Returns the folder."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.parent / f"{folder.name}-tokenizer")
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=LAYERS,
        sample_size=SIDE // 2,
        in_channels=4,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=_WIDTH,
        attention_head_dim=8,
    )
    StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text_config(tokenizer)),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def save_stable_diffusion_xl(folder: Path) -> Path:
    """Save a StableDiffusionXLPipeline as a diffusers folder. Returns the folder."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.parent / f"{folder.name}-tokenizer")
    config = _text_config(tokenizer)
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=SIDE // 2,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=2 * _WIDTH,
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1),
        projection_class_embeddings_input_dim=6 * 8 + _WIDTH,
    )
    StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(config),
        text_encoder_2=CLIPTextModelWithProjection(config),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=unet,
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", steps_offset=1),
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def _t5_tokenizer() -> T5TokenizerFast:
    """Create a tokenizer that knows letters and spaces."""
    letters = [(chr(code), -1.0) for code in range(97, 123)]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0), *letters]
    return T5TokenizerFast(tokenizer_object=Tokenizer(Unigram(pieces, 2)), extra_ids=0)


def _t5(width: int) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(vocab_size=32, d_model=width, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
    )


def save_stable_diffusion_3(folder: Path) -> Path:
    """Save a StableDiffusion3Pipeline as a diffusers folder. Returns the folder."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.parent / f"{folder.name}-tokenizer")
    config = _text_config(tokenizer)
    transformer = SD3Transformer2DModel(
        sample_size=SIDE // 2,
        patch_size=1,
        in_channels=16,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=4,
        caption_projection_dim=32,
        joint_attention_dim=4 * _WIDTH,
        pooled_projection_dim=2 * _WIDTH,
        out_channels=16,
    )
    StableDiffusion3Pipeline(
        vae=_vae(latent_channels=16, shift_factor=0.0),
        text_encoder=CLIPTextModelWithProjection(config),
        text_encoder_2=CLIPTextModelWithProjection(config),
        text_encoder_3=_t5(4 * _WIDTH),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        tokenizer_3=_t5_tokenizer(),
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
    ).save_pretrained(folder, safe_serialization=True)
    return folder


def save_flux(folder: Path) -> Path:
    """Save a FluxPipeline as a diffusers folder. Returns the folder."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.parent / f"{folder.name}-tokenizer")
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=_WIDTH,
        pooled_projection_dim=_WIDTH,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=True,
    )
    FluxPipeline(
        vae=_vae(shift_factor=0.0),
        text_encoder=CLIPTextModel(_text_config(tokenizer)),
        text_encoder_2=_t5(_WIDTH),
        tokenizer=tokenizer,
        tokenizer_2=_t5_tokenizer(),
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
    ).save_pretrained(folder, safe_serialization=True)
    return folder
