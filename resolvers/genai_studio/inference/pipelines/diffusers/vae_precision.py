"""Run a VAE in float32 if its configuration requires it, while the other networks use float16."""

from __future__ import annotations

from typing import Any

from genai_studio.inference.pipelines.diffusers.component_loading import Foreign


def upcast_vae(pipe: Foreign, torch: Foreign) -> None:
    """Run the VAE in float32 if its configuration has `force_upcast`.

    Pipelines with `upcast_vae`, such as that of Stable Diffusion XL, do so themselves.
    Inputs are converted to float32, and encoded latents back to float16.
    """
    vae = getattr(pipe, "vae", None)
    if vae is None or hasattr(pipe, "upcast_vae") or vae.dtype != torch.float16:
        return
    if not getattr(vae.config, "force_upcast", False):
        return
    vae.to(torch.float32)
    decode, encode = vae.decode, vae.encode

    def decode_in_float32(latents: Foreign, *arguments: Any, **options: Any) -> Foreign:
        return decode(latents.to(torch.float32), *arguments, **options)

    def encode_in_float32(pixels: Foreign, *arguments: Any, **options: Any) -> Foreign:
        encoded = encode(pixels.to(torch.float32), *arguments, **options)
        distribution = encoded.latent_dist
        encoded.latent_dist = type(distribution)(distribution.parameters.to(torch.float16))
        return encoded

    vae.decode, vae.encode = decode_in_float32, encode_in_float32
