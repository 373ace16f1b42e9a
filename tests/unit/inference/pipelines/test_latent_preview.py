import numpy as np
import pytest

from genai_studio.inference.pipelines.diffusers.latent_preview import latent_preview

NOISE = np.random.default_rng(0).normal(size=(16, 96, 64)).astype(np.float32)


@pytest.mark.parametrize("xl", [False, True])
def test_four_channels_become_a_color_image_of_their_shape(xl: bool) -> None:
    image = latent_preview(NOISE[:4], xl=xl, aspect=64 / 96)
    assert (image.mode, image.size) == ("RGB", (64, 96))
    red, _, blue = image.split()
    assert red.tobytes() != blue.tobytes()


def test_the_first_channel_of_stable_diffusion_is_mostly_brightness() -> None:
    dark = np.zeros((4, 8, 8), np.float32)
    bright = dark.copy()
    bright[0] = 2.0
    values = [
        np.asarray(latent_preview(each, xl=False, aspect=1)).mean() for each in (dark, bright)
    ]
    assert values[1] > values[0] + 50


@pytest.mark.parametrize("size", [(16, 96, 64), (1, 8, 8)])
def test_other_channel_counts_become_a_gray_image(size: tuple[int, int, int]) -> None:
    latents = np.resize(NOISE, size)
    image = latent_preview(latents, xl=False, aspect=size[2] / size[1])
    assert image.size == (size[2], size[1])


def test_packed_tokens_are_arranged_in_rows() -> None:
    tokens = NOISE[:, :, :1].reshape(24 * 16, 4)
    image = latent_preview(tokens, xl=False, aspect=16 / 24)
    assert image.size == (16, 24)


def test_a_preview_is_small() -> None:
    image = latent_preview(np.zeros((4, 512, 256), np.float32), xl=True, aspect=0.5)
    assert image.size == (128, 256)


@pytest.mark.parametrize("value", [1e30, np.inf, np.nan])
def test_overflowed_latents_still_give_a_preview(value: float) -> None:
    image = latent_preview(np.full((4, 8, 8), value, np.float32), xl=False, aspect=1)
    assert image.size == (8, 8)
