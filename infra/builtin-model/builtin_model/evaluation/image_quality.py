"""Peak signal-to-noise ratio and structural similarity (SSIM, Wang et al. 2004)."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import nn

WINDOW, SPREAD = 11, 1.5
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def floats(image: Image.Image) -> np.ndarray:
    """Return an image as H×W×3 in 0…1."""
    return np.asarray(image.convert("RGB"), np.float32) / 255


def psnr(first: Image.Image, second: Image.Image) -> float:
    """Return the peak signal-to-noise ratio of two RGB images in dB, at most 60."""
    error = float(((floats(first) - floats(second)) ** 2).mean())
    return float(-10 * np.log10(max(error, 1e-6)))


def ssim(first: Image.Image, second: Image.Image) -> float:
    """Return the structural similarity of two images' luma, with a Gaussian window."""
    steps = torch.arange(WINDOW) - WINDOW // 2
    line = torch.exp(-(steps**2) / (2 * SPREAD**2))
    kernel = (line[:, None] * line)[None, None] / line.sum() ** 2
    a, b = (torch.from_numpy(floats(image) @ LUMA)[None, None] for image in (first, second))

    def mean(values: torch.Tensor) -> torch.Tensor:
        return nn.functional.conv2d(values, kernel)

    mean_a, mean_b = mean(a), mean(b)
    variance_a, variance_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    one, two = 0.01**2, 0.03**2
    similarity = ((2 * mean_a * mean_b + one) * (2 * covariance + two)) / (
        (mean_a**2 + mean_b**2 + one) * (variance_a + variance_b + two)
    )
    return float(similarity.mean())
