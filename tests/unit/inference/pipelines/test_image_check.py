"""Images that an overflow made invalid are rejected, all others are unchanged."""

import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.pipelines.diffusers.image_check import check_latents, checked_image
from genai_studio.inference.pipelines.errors import PipelineUnavailable

NOISE = np.random.default_rng(0).random((8, 8, 3), np.float32)


def test_a_valid_image_is_rounded_as_by_diffusers() -> None:
    image = checked_image(NOISE, "sd", float16_vae=False)
    assert np.array_equal(np.asarray(image), (NOISE * 255).round().astype(np.uint8))


def test_an_image_with_a_single_different_pixel_is_valid() -> None:
    pixels = np.zeros((8, 8, 3), np.float32)
    pixels[3, 4, 1] = 1 / 255
    assert checked_image(pixels, "sd", float16_vae=True).getpixel((4, 3)) == (0, 1, 0)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (0.0, "an all-black image"),
        (1.0, "an image of one flat color"),
        (0.5, "an image of one flat color"),
        (np.nan, "an image of invalid numbers"),
        (np.inf, "an image of invalid numbers"),
    ],
)
@pytest.mark.parametrize(
    ("float16_vae", "remedy"), [(True, "float32"), (False, "Download the model again")]
)
def test_an_overflow_is_a_fault_with_advice(
    value: float, fault: str, float16_vae: bool, remedy: str
) -> None:
    pixels = np.full((8, 8, 3), value, np.float32)
    with pytest.raises(PipelineUnavailable, match=rf"^Model sd: The VAE decoded {fault}.*{remedy}"):
        checked_image(pixels, "sd", float16_vae=float16_vae)


def test_a_single_nan_is_a_fault() -> None:
    pixels = NOISE.copy()
    pixels[0, 0, 0] = np.nan
    with pytest.raises(PipelineUnavailable, match="invalid numbers"):
        checked_image(pixels, "sd", float16_vae=True)


def test_a_flat_pil_image_is_a_fault() -> None:
    with pytest.raises(PipelineUnavailable, match="one flat color"):
        checked_image(Image.new("RGB", (8, 8), "gray"), "sd", float16_vae=False)


def test_latents_that_are_not_finite_name_the_step() -> None:
    check_latents(True, "sd", 1)
    with pytest.raises(PipelineUnavailable, match=r"step 3\."):
        check_latents(False, "sd", 3)
