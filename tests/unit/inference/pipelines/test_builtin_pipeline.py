"""The built-in model through the `Pipeline` interface."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.scene.layers import SOLIDITY
from genai_studio.inference.pipelines.interface import SamplingCanceled, SamplingParameters, Step

SQUARE = SamplingParameters(width=128, height=128, steps=12, guidance_scale=2.5, seed=7)


@functools.cache
def model() -> BuiltinPipeline:
    """Load one model for all tests of this file."""
    return BuiltinPipeline.load()


def draw(prompt: str, negative: str = "", **changed: float) -> Image.Image:
    parameters = SamplingParameters(
        **{name: changed.get(name, getattr(SQUARE, name)) for name in SamplingParameters.__slots__}
    )
    conditioning = model().encode_text(prompt, negative)
    latents = model().denoise(conditioning, parameters, lambda step: None, lambda: False)
    return model().decode(latents, parameters)


def pixels(image: Image.Image) -> Any:
    return np.asarray(image, np.float32) / 255


def difference(first: Image.Image, second: Image.Image) -> float:
    """Return the root mean square difference of pixels, 0…1."""
    return float(np.sqrt(((pixels(first) - pixels(second)) ** 2).mean()))


def center(image: Image.Image) -> Any:
    """Return the mean color of the middle third."""
    width, height = image.size
    box = (width // 3, height // 3, width * 2 // 3, height * 2 // 3)
    return pixels(image.crop(box)).mean((0, 1))


def test_the_same_seed_gives_the_same_pixels() -> None:
    assert draw("a cat on the beach").tobytes() == draw("a cat on the beach").tobytes()


def test_reloading_the_model_gives_the_same_pixels() -> None:
    first = draw("a castle at sunset")
    other = BuiltinPipeline.load()
    conditioning = other.encode_text("a castle at sunset", "")
    latents = other.denoise(conditioning, SQUARE, lambda step: None, lambda: False)
    assert other.decode(latents, SQUARE).tobytes() == first.tobytes()


def test_prompts_change_the_image() -> None:
    assert difference(draw("a red apple"), draw("an elephant at night")) > 0.2


def test_seeds_give_visibly_different_images() -> None:
    images = [draw("a cat on the beach", seed=seed) for seed in range(4)]
    pairs = [difference(a, b) for i, a in enumerate(images) for b in images[:i]]
    assert min(pairs) > 0.04
    assert float(np.mean(pairs)) > 0.08


@pytest.mark.parametrize(("width", "height"), [(64, 64), (128, 192), (512, 256), (320, 320)])
def test_an_image_has_the_requested_size(width: int, height: int) -> None:
    image = draw("a rocket in space", width=width, height=height, steps=4)
    assert (image.mode, image.size) == ("RGB", (width, height))


def test_guidance_changes_the_image() -> None:
    prompts = ("a spaceship", "a monster in the rain", "a vehicle at sunset")
    pairs = [[draw(p, guidance_scale=scale) for scale in (1.0, 7.5)] for p in prompts]
    assert max(difference(weak, strong) for weak, strong in pairs) > 0.02


def test_more_steps_change_the_image() -> None:
    few, many = (draw("a castle in the mountains", steps=steps) for steps in (2, 20))
    assert difference(few, many) > 0.01


def test_every_step_is_reported_in_order() -> None:
    seen: list[tuple[int, int]] = []
    conditioning = model().encode_text("a tree", "")
    model().denoise(
        conditioning, SQUARE, lambda step: seen.append((step.step, step.steps)), lambda: False
    )
    assert seen == [(number, 12) for number in range(1, 13)]


def test_previews_are_small_images_of_the_same_shape() -> None:
    wide = SamplingParameters(width=512, height=256, steps=3, guidance_scale=2.5, seed=1)
    previews: list[Image.Image] = []

    def look(step: Step) -> None:
        previews.append(step.preview())

    model().denoise(model().encode_text("a fox", ""), wide, look, lambda: False)
    assert [preview.size for preview in previews] == [(256, 128)] * 3


def take_preview(step: Step) -> None:
    step.preview()


def test_previews_do_not_change_the_image() -> None:
    conditioning = model().encode_text("a fox in the snow", "")
    latents = model().denoise(conditioning, SQUARE, take_preview, lambda: False)
    assert model().decode(latents, SQUARE).tobytes() == draw("a fox in the snow").tobytes()


def test_cancellation_stops_between_two_steps() -> None:
    steps: list[int] = []
    with pytest.raises(SamplingCanceled):
        model().denoise(
            model().encode_text("a dog", ""),
            SQUARE,
            lambda step: steps.append(step.step),
            lambda: len(steps) == 3,
        )
    assert steps == [1, 2, 3]


def test_cancellation_before_the_first_step_runs_no_step() -> None:
    def unexpected(step: Step) -> None:
        raise AssertionError(step)

    with pytest.raises(SamplingCanceled):
        model().denoise(model().encode_text("a dog", ""), SQUARE, unexpected, lambda: True)


def test_cancellation_after_the_last_step_has_no_effect() -> None:
    steps: list[int] = []
    model().denoise(
        model().encode_text("a dog", ""),
        SQUARE,
        lambda step: steps.append(step.step),
        lambda: len(steps) == SQUARE.steps,
    )
    assert len(steps) == SQUARE.steps


def solidity(prompt: str, negative: str = "") -> float:
    """Return the drawing style: -1 is flat, 1 is 3D."""
    conditioning = model().encode_text(prompt, negative)
    latents = model().denoise(conditioning, SQUARE, lambda step: None, lambda: False)
    return float(latents.layers.scene[SOLIDITY])


def test_the_prompt_selects_the_style() -> None:
    assert solidity("a strawberry, flat style") < -0.5
    assert solidity("a strawberry, 3d style") > 0.5
    flat, solid = (draw(f"a rocket, {style}") for style in ("flat style", "3d style"))
    assert difference(flat, solid) > 0.01


def test_a_negative_prompt_has_the_opposite_effect() -> None:
    assert solidity("a strawberry", negative="3d style") < -0.5
    assert solidity("a strawberry", negative="flat style") > 0.5


def test_a_negative_prompt_changes_the_image() -> None:
    assert difference(draw("a cat"), draw("a cat", negative="a cat face")) > 0.01


@pytest.mark.parametrize(
    "prompt",
    ["", "   ", "🍎", "🦊❤️", "沙滩上的猫", "xqzzt wfpl", "a\nb\tc\0", "ＣＡＴ", "'" * 50, "é ü ñ"],
)
def test_any_text_gives_an_image(prompt: str) -> None:
    assert draw(prompt, steps=3).size == (128, 128)


def test_a_very_long_prompt_keeps_its_beginning() -> None:
    long = "a red apple on the beach" + ", highly detailed masterpiece, trending" * 400
    assert difference(draw(long), draw("a red apple")) > 0.05
    assert center(draw(long))[0] > center(draw(long))[2]


def test_capitals_and_full_width_letters_do_not_matter() -> None:
    assert draw("A Red Apple").tobytes() == draw("ａ ｒｅｄ ａｐｐｌｅ").tobytes()


@pytest.mark.parametrize("prompt", ["a red apple", "红色的苹果", "🍎"])
def test_a_red_apple_is_red_in_the_middle(prompt: str) -> None:
    red, green, blue = np.mean([center(draw(prompt, seed=seed)) for seed in range(3)], axis=0)
    assert red > green + 0.2
    assert red > blue + 0.2


def test_a_blue_car_is_bluer_than_a_red_car() -> None:
    blue, red = center(draw("a blue car")), center(draw("a red car"))
    assert blue[2] - blue[0] > red[2] - red[0] + 0.2


@pytest.mark.parametrize("prompt", ["an elephant at night", "夜晚的大象"])
def test_night_is_dark(prompt: str) -> None:
    top = pixels(draw(prompt))[:20]
    assert top.mean() < 0.35


def test_a_meadow_is_green_below_and_blue_above() -> None:
    image = pixels(draw("a ghost in a meadow"))
    above, below = image[:16].mean((0, 1)), image[-16:].mean((0, 1))
    assert below[1] > below[0]
    assert below[1] > below[2]
    assert above[2] > above[0]


def test_black_and_white_has_no_color() -> None:
    image = pixels(draw("a rose, black and white"))
    assert (image.max(-1) - image.min(-1)).max() < 0.02


@pytest.mark.parametrize("changed", [{"steps": 0}, {"width": 100}, {"width": 32}, {"height": 4096}])
def test_invalid_parameters_are_rejected(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        draw("a cat", **changed)
