"""Edits with the built-in model: image-to-image, inpainting, outpainting, upscaling."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.editing.fill import filled
from genai_studio.inference.pipelines.builtin.editing.mask_shape import MaskShape
from genai_studio.inference.pipelines.builtin.editing.upscaler import TILE
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.sprite_match import SpriteMatcher
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.interface import (
    EditSource,
    Operation,
    SamplingCanceled,
    SamplingParameters,
    Step,
)

SIDE = 128
Sampling = tuple[list[str], Image.Image]


@functools.cache
def model() -> BuiltinPipeline:
    """Load one model for all tests of this file."""
    return BuiltinPipeline.load()


@functools.cache
def names() -> SpriteNames:
    return SpriteNames(Weights())


@functools.cache
def encoder() -> Encoder:
    weights = Weights()
    return Encoder(weights, SpriteMatcher(SpriteDrawer(weights), names()))


def sampled(prompt: str, seed: int = 1, source: EditSource | None = None) -> Sampling:
    """Return the names of the sampled objects, and the image."""
    size = source.image.size if source else (SIDE, SIDE)
    parameters = SamplingParameters(*size, 10, 4.0, seed)
    conditioning = model().encode_text(prompt, "")
    found = model().denoise(conditioning, parameters, lambda step: None, lambda: False, source)
    return names().of(found.layers.sprites), model().decode(found, parameters)


@functools.cache
def drawing(prompt: str) -> Image.Image:
    return sampled(prompt)[1]


def pixels(image: Image.Image) -> Any:
    return np.asarray(image, np.float32) / 255


def difference(first: Image.Image, second: Image.Image) -> float:
    return float(np.sqrt(((pixels(first) - pixels(second)) ** 2).mean()))


def box_mask(*corners: int, size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    mask = Image.new("L", size)
    left, top, right, bottom = corners
    ImageDraw.Draw(mask).rectangle((left, top, right - 1, bottom - 1), fill=255)
    return mask


def test_the_model_supports_every_operation() -> None:
    assert model().operations == set(Operation)


# Encoder


@pytest.mark.parametrize(
    ("prompt", "category", "choice"),
    [
        ("a cat on the beach", "place", "beach"),
        ("an elephant at night", "light", "night"),
        ("a rocket in space", "place", "space"),
        ("a guitar on a red background", "background color", "red"),
        ("a cow and a horse", "second", "present"),
        ("a rose, black and white", "finish", "monochrome"),
    ],
)
def test_the_encoder_recognizes_the_scene(prompt: str, category: str, choice: str) -> None:
    scene = layers.from_vector(encoder().encode(drawing(prompt)).scene)
    assert scene.choice[category] == choice


@pytest.mark.parametrize("size", [(64, 64), (256, 128), (96, 160), (1024, 64)])
def test_the_encoder_accepts_any_size(size: tuple[int, int]) -> None:
    sample = encoder().encode(Image.new("RGB", size, "teal"))
    assert np.isfinite(sample.scene).all()
    assert np.isfinite(sample.sprites).all()


# Image-to-image


@pytest.mark.parametrize("prompt", ["a cat on the beach", "a castle at sunset"])
def test_more_strength_changes_more(prompt: str) -> None:
    image = drawing(prompt)
    changes = [
        np.mean([
            difference(image, sampled("a fox", seed, EditSource(image, None, strength))[1])
            for seed in (5, 6)
        ])
        for strength in (0.0, 0.2, 0.5, 1.0)
    ]  # fmt: skip
    assert changes[0] < 0.05
    assert changes == sorted(changes)
    assert changes[-1] > changes[1] + 0.05


def test_full_strength_ignores_the_source() -> None:
    results = [
        sampled("a rocket in space", 3, EditSource(drawing(prompt), None, 1.0))[1]
        for prompt in ("a cat on the beach", "a castle at sunset")
    ]
    assert difference(*results) < 0.1
    assert difference(results[0], drawing("a cat on the beach")) > 0.2


def test_the_prompt_replaces_the_object_and_the_place_can_stay() -> None:
    found, image = sampled(
        "a bear on the beach", 2, EditSource(drawing("a cat on the beach"), None, 0.8)
    )
    assert found[0] in {"bear", "polar bear"}
    scene = layers.from_vector(encoder().encode(image).scene)
    assert scene.choice["place"] == "beach"


def test_another_seed_gives_another_variation() -> None:
    source = EditSource(drawing("a castle at sunset"), None, 0.6)
    first, again, other = (sampled("a castle at sunset", seed, source)[1] for seed in (4, 4, 5))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize(("strength", "steps"), [(0.0, 1), (0.25, 2), (0.5, 5), (1.0, 10)])
def test_an_edit_runs_its_share_of_the_steps(strength: float, steps: int) -> None:
    seen: list[tuple[int, int]] = []
    parameters = SamplingParameters(SIDE, SIDE, 10, 4.0, 1)
    model().denoise(
        model().encode_text("a fox", ""),
        parameters,
        lambda step: seen.append((step.step, step.steps)),
        lambda: False,
        EditSource(drawing("a red apple"), None, strength),
    )
    assert seen == [(number, steps) for number in range(1, steps + 1)]


def test_previews_of_an_edit_have_its_shape() -> None:
    previews: list[Image.Image] = []

    def look(step: Step) -> None:
        previews.append(step.preview())

    image = Image.new("RGB", (512, 256), "skyblue")
    mask = box_mask(100, 50, 300, 250, size=image.size)
    parameters = SamplingParameters(512, 256, 2, 4.0, 1)
    source = EditSource(image, mask, 1.0)
    model().denoise(model().encode_text("a fox", ""), parameters, look, lambda: False, source)
    assert [preview.size for preview in previews] == [(256, 128)] * 2


def test_an_edit_can_be_canceled() -> None:
    source = EditSource(drawing("a red apple"), None, 0.9)
    parameters = SamplingParameters(SIDE, SIDE, 10, 4.0, 1)
    steps: list[int] = []
    with pytest.raises(SamplingCanceled):
        model().denoise(
            model().encode_text("a fox", ""),
            parameters,
            lambda step: steps.append(step.step),
            lambda: len(steps) == 2,
            source,
        )
    assert steps == [1, 2]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (EditSource(Image.new("RGB", (64, 64)), None, 0.5), "`image` must have the size 128×128"),
        (
            EditSource(Image.new("RGB", (SIDE, SIDE)), Image.new("L", (64, 128)), 0.5),
            "`mask` must have the size 128×128",
        ),
        (EditSource(Image.new("RGB", (SIDE, SIDE)), None, 1.5), "`strength` must be between"),
    ],
)
def test_an_invalid_source_is_rejected(source: EditSource, message: str) -> None:
    parameters = SamplingParameters(SIDE, SIDE, 2, 4.0, 1)
    with pytest.raises(ValueError, match=message):
        model().denoise(
            model().encode_text("a fox", ""), parameters, lambda step: None, lambda: False, source
        )


# Inpainting


def test_inpainting_draws_the_object_inside_and_keeps_the_outside() -> None:
    image, mask = drawing("a cat on the beach"), box_mask(8, 8, 56, 56)
    found, result = sampled("a bear", 1, EditSource(image, mask, 1.0))
    assert found[0] == "bear"
    before, after, inside = np.asarray(image), np.asarray(result), np.asarray(mask) > 0
    assert (before[~inside] == after[~inside]).all()
    brown = after[16:48, 16:48].astype(int)
    assert (brown[..., 0] - brown[..., 2]).mean() > 25


def test_a_gray_mask_blends() -> None:
    image = drawing("a cat on the beach")
    white, gray = (Image.new("L", image.size, level) for level in (255, 128))
    full, half = (
        pixels(sampled("a bear", 1, EditSource(image, mask, 1.0))[1]) for mask in (white, gray)
    )
    lowest, highest = np.minimum(full, pixels(image)), np.maximum(full, pixels(image))
    assert ((half >= lowest - 0.05) & (half <= highest + 0.05)).mean() > 0.95


@pytest.mark.parametrize("strength", [0.6, 1.0])
def test_an_empty_prompt_removes_the_object(strength: float) -> None:
    image = drawing("a red apple on a blue background")
    mask = box_mask(14, 10, 114, 122)
    result = pixels(sampled("", 1, EditSource(image, mask, strength))[1])
    middle, corner = result[50:80, 50:80].mean((0, 1)), pixels(image)[:8, :8].mean((0, 1))
    assert np.abs(middle - corner).max() < 0.2
    assert np.abs(pixels(image)[50:80, 50:80].mean((0, 1)) - corner).max() > 0.4


@pytest.mark.parametrize("level", [0, 255])
def test_a_mask_of_one_level_is_accepted(level: int) -> None:
    image = drawing("a red apple")
    result = sampled("a bear", 1, EditSource(image, Image.new("L", image.size, level), 1.0))[1]
    assert (result.tobytes() == image.tobytes()) == (level == 0)


def test_outpainting_continues_the_backdrop_and_repeats_no_object() -> None:
    image = drawing("a red apple on a blue background")
    canvas = Image.new("RGB", (SIDE + 64, SIDE))
    canvas.paste(image)
    mask = box_mask(SIDE, 0, SIDE + 64, SIDE, size=canvas.size)
    result = sampled("a red apple on a blue background", 2, EditSource(canvas, mask, 1.0))[1]
    assert result.crop((0, 0, SIDE, SIDE)).tobytes() == image.tobytes()
    added = pixels(result)[:, SIDE:]
    assert np.abs(added - pixels(image)[:, -4:].mean((0, 1))).mean() < 0.12


@pytest.mark.parametrize(
    ("corners", "box", "extends"),
    [
        ((10, 20, 30, 60), (10, 20, 30, 60), False),
        ((80, 0, 128, 128), (80, 0, 128, 128), True),
        ((0, 0, 128, 16), (0, 0, 128, 16), True),
        ((0, 0, 20, 20), (0, 0, 20, 20), False),
    ],
)
def test_the_shape_of_a_mask(
    corners: tuple[int, int, int, int], box: tuple[int, int, int, int], extends: bool
) -> None:
    shape = MaskShape.of(np.asarray(box_mask(*corners), np.float32) / 255)
    assert (shape.box, shape.extends) == (box, extends)


def test_a_frame_extends_the_image_by_its_largest_strip() -> None:
    mask = np.ones((100, 200), np.float32)
    mask[10:90, 40:190] = 0
    shape = MaskShape.of(mask)
    assert (shape.box, shape.kept, shape.extends) == ((0, 0, 40, 100), (40, 10, 190, 90), True)


def test_a_fill_continues_a_gradient_and_keeps_known_values() -> None:
    gradient = np.linspace(0, 1, 64, dtype=np.float32)[None, :, None].repeat(64, 0)
    known = np.ones((64, 64), np.float32)
    known[16:48, 16:48] = 0
    hidden = np.where(known[..., None] > 0, gradient, 0.77)
    result = filled(hidden, known)
    assert (result[known > 0] == gradient[known > 0]).all()
    assert np.abs(result - gradient).max() < 0.15


# Upscaling


def vector_drawing(side: int) -> Image.Image:
    """Draw discs and a polygon at eight times the size and reduce them, which is smooth."""
    large = Image.new("RGB", (side * 4, side * 4), "skyblue")
    pen, unit = ImageDraw.Draw(large), side * 4 / 100
    pen.ellipse((20 * unit, 20 * unit, 80 * unit, 80 * unit), fill="orange")
    pen.ellipse((35 * unit, 38 * unit, 43 * unit, 46 * unit), fill="black")
    pen.ellipse((57 * unit, 38 * unit, 65 * unit, 46 * unit), fill="black")
    pen.polygon([(35 * unit, 60 * unit), (65 * unit, 60 * unit), (50 * unit, 72 * unit)], "white")
    return large.resize((side, side), Image.Resampling.BOX)


def enlarged(image: Image.Image, factor: int) -> Image.Image:
    return model().upscale(image, factor, None, lambda step: None, lambda: False)


@pytest.mark.parametrize("factor", [2, 4])
def test_the_network_is_closer_to_a_drawing_than_lanczos(factor: int) -> None:
    sharp = vector_drawing(256)
    small = sharp.resize((256 // factor,) * 2, Image.Resampling.BICUBIC)
    plain = small.resize(sharp.size, Image.Resampling.LANCZOS)
    assert difference(enlarged(small, factor), sharp) < difference(plain, sharp)


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("size", [(1, 1), (65, 33), (TILE + 3, 2 * TILE)])
def test_an_upscaled_image_has_the_requested_size(size: tuple[int, int], factor: int) -> None:
    result = enlarged(Image.new("RGB", size, (200, 40, 90)), factor)
    assert (result.mode, result.size) == ("RGB", (size[0] * factor, size[1] * factor))
    assert np.abs(np.asarray(result).astype(int) - (200, 40, 90)).max() <= 4


def test_tiles_leave_no_seam() -> None:
    image = vector_drawing(TILE + 64)
    whole = np.asarray(enlarged(image, 2)).astype(int)
    # The same pixels away from the border, but in other tiles.
    moved = np.asarray(enlarged(image.crop((32, 32, *image.size)), 2)).astype(int)
    inner = slice(40, -40)
    assert np.abs(whole[64:, 64:][inner, inner] - moved[inner, inner]).max() <= 1


def test_every_tile_is_a_step_and_upscaling_can_be_canceled() -> None:
    image, steps = Image.new("RGB", (2 * TILE, TILE), "teal"), list[tuple[int, int]]()

    def look(step: Step) -> None:
        steps.append((step.step, step.steps))
        assert step.preview().size == (256, 128)

    model().upscale(image, 2, None, look, lambda: False)
    assert steps == [(1, 2), (2, 2)]
    with pytest.raises(SamplingCanceled):
        model().upscale(image, 2, None, look, lambda: len(steps) == 3)


@pytest.mark.parametrize(
    ("side", "factor", "message"),
    [(64, 3, "`factor` must be 2 or 4"), (1032, 4, "at most 1024 pixels")],
)
def test_an_impossible_upscale_is_rejected(side: int, factor: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        enlarged(Image.new("RGB", (side, side)), factor)
