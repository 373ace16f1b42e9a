"""Reject latents and images that a decoder or network made invalid by overflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from genai_studio.inference.pipelines.errors import PipelineUnavailable

_FLOAT32_VAE = (
    "Set `force_upcast` to true in the model's vae/config.json, so that the VAE runs in "
    "float32, or use a VAE that was fixed for float16."
)
_OTHER_MODEL = "Its weights are damaged or incompatible. Download the model again."


def check_latents(finite: bool, model: str, step: int) -> None:
    """Raise unless the latents are finite after a step.

    Raises:
        PipelineUnavailable: The denoising network returned NaN or infinity.
    """
    if not finite:
        raise PipelineUnavailable(
            f"Model {model}: The denoising network returned invalid numbers (NaN) in step {step}. "
            f"{_OTHER_MODEL}"
        )


def checked_image(
    output: npt.NDArray[np.floating[Any]] | Image.Image, model: str, *, float16_vae: bool
) -> Image.Image:
    """Convert the output of a diffusers pipeline to an image.

    Args:
        output: Height × width × 3 in 0…1, or an image.
        model: Name of the model, for errors.
        float16_vae: Whether the VAE ran in float16, where it may overflow.

    Raises:
        PipelineUnavailable: The image contains NaN or consists of a single color,
            because the VAE overflowed.
    """
    remedy = _FLOAT32_VAE if float16_vae else _OTHER_MODEL
    if isinstance(output, np.ndarray):
        if not np.isfinite(output).all():
            raise PipelineUnavailable(
                f"Model {model}: The VAE decoded an image of invalid numbers (NaN). {remedy}"
            )
        # The same rounding as in diffusers' `numpy_to_pil`.
        pixels = (output.clip(0, 1) * 255).round().astype(np.uint8)
        output = Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels)
    image = output.convert("RGB")
    if image.getcolors(maxcolors=1) is not None:
        flat = "an all-black image"
        if image.getpixel((0, 0)) != (0, 0, 0):
            flat = "an image of one flat color"
        raise PipelineUnavailable(f"Model {model}: The VAE decoded {flat}. {remedy}")
    return image
