"""Approximate a preview from latents with one matrix product, without the VAE.

Stable Diffusion's latents are nearly linear in color. The coefficients for versions
1 and 2 are by Kevin Turner (discuss.huggingface.co, "Decoding latents to RGB without
upscaling", 2022), those for XL by Timothy Alexis Vass
(huggingface.co/blog/TimothyAlexisVass/explaining-the-sdxl-latent-space).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]

_MAX_SIDE = 256
_SD = np.array(
    [
        [0.298, 0.207, 0.208],
        [0.187, 0.286, 0.173],
        [-0.158, 0.189, 0.264],
        [-0.184, -0.271, -0.473],
    ],
    np.float32,
)
_SDXL = np.array([[60, 60, 60], [-60, -5, 10], [25, 15, -5], [-70, -50, -35]], np.float32)
_SDXL_BIAS = np.array([150, 140, 130], np.float32)


def latent_preview(latents: Floats, *, xl: bool, aspect: float) -> Image.Image:
    """Approximate an image of at most 256 pixels per side.

    Args:
        latents: Channels × height × width; or tokens × channels, as diffusion
            transformers pack them, which gives a gray image.
        xl: Whether four-channel latents are those of Stable Diffusion XL.
        aspect: Width divided by height of the image, to arrange tokens in rows.
    """
    # The scale of noisy latents depends on the scheduler.
    latents = np.nan_to_num(latents).clip(-1e3, 1e3)
    latents = latents / max(float(latents.std()), 1.0)
    if latents.ndim == 3 and latents.shape[0] == 4:
        channels = latents.transpose(1, 2, 0)
        pixels = channels @ _SDXL + _SDXL_BIAS if xl else (channels @ _SD + 1.0) * 127.5
    else:
        pixels = _gray(latents, aspect)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).convert("RGB")
    image.thumbnail((_MAX_SIDE, _MAX_SIDE))
    return image


def _gray(latents: Floats, aspect: float) -> Floats:
    if latents.ndim == 3:
        mean = latents.mean(axis=0)
    else:
        tokens = latents.mean(axis=-1)
        rows = max(round(math.sqrt(tokens.size / aspect)), 1)
        columns = max(tokens.size // rows, 1)
        mean = tokens[: rows * columns].reshape(rows, columns)
    spread = max(float(np.abs(mean).max()), 1e-6)
    return np.asarray((mean / spread + 1.0) * 127.5, np.float32)
