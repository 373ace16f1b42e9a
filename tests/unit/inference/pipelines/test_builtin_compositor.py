"""Composition of the built-in model's layers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.pipelines.builtin.model.smoothing import smoothed
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.compositor import compose
from genai_studio.inference.pipelines.builtin.scene.palette import RAMPS
from genai_studio.inference.pipelines.builtin.scene.recolor import recolor


def disc(color: tuple[float, float, float]) -> np.ndarray:
    """A premultiplied RGBA disc with darker and lighter halves."""
    rows, columns = np.mgrid[0:96, 0:96] - 47.5
    alpha = (np.hypot(rows, columns) < 44).astype(np.float32)[..., None]
    shade = np.where(columns < 0, 0.7, 1.0)[..., None]
    return np.concatenate([np.array(color) * shade * alpha, alpha], -1).astype(np.float32)


RED, GRAY = disc((0.9, 0.1, 0.1)), disc((0.6, 0.6, 0.6))


def scene(**choice: str) -> layers.Scene:
    plain = {name: options[0] for name, options in layers.CATEGORIES.items()}
    middle = layers.Placement(0.5, 0.5, 0.6, 0.0)
    chosen = plain | {name.replace("_", " "): value for name, value in choice.items()}
    return layers.Scene(chosen, middle, middle, (0.1,) * layers.DETAILS)


def drawn(made: layers.Scene, width: int = 96, height: int = 96) -> np.ndarray:
    return np.asarray(compose(made, RED, GRAY, width, height), np.float32) / 255


@pytest.mark.parametrize("place", layers.PLACES)
@pytest.mark.parametrize("light", layers.LIGHTS)
def test_every_place_can_be_drawn_in_every_light(place: str, light: str) -> None:
    image = drawn(scene(place=place, light=light))
    assert image.shape == (96, 96, 3)
    assert image.std() > 0.02


@pytest.mark.parametrize("place", ["beach", "meadow", "snow", "desert", "city", "ocean"])
def test_night_is_darker_than_day(place: str) -> None:
    day, night = (drawn(scene(place=place, light=light)) for light in ("day", "night"))
    assert night.mean() < 0.75 * day.mean()


@pytest.mark.parametrize("weather", layers.WEATHERS[1:])
def test_weather_changes_the_image(weather: str) -> None:
    assert np.abs(drawn(scene(weather=weather)) - drawn(scene())).mean() > 0.005


@pytest.mark.parametrize("finish", layers.FINISHES[1:])
def test_a_finish_changes_the_image(finish: str) -> None:
    assert np.abs(drawn(scene(finish=finish)) - drawn(scene())).mean() > 0.005


@pytest.mark.parametrize(("width", "height"), [(64, 64), (256, 64), (64, 256), (200, 120)])
def test_the_sprite_keeps_its_shape_at_any_aspect(width: int, height: int) -> None:
    image = drawn(scene(), width, height)
    red = (image[..., 0] > 0.55) & (image[..., 1] < 0.3)
    rows, columns = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    assert len(rows) == pytest.approx(len(columns), abs=4)
    assert len(rows) == pytest.approx(0.6 * 88 / 96 * min(width, height), rel=0.15)


def test_a_second_sprite_is_drawn_only_when_present() -> None:
    aside = replace(scene(), second=layers.Placement(0.2, 0.5, 0.3, 0.0))
    present = replace(aside, choice=aside.choice | {"second": "present"})
    changed = np.abs(drawn(present) - drawn(aside)).max(-1) > 0.05
    assert changed[40:56, 12:26].mean() > 0.6
    assert drawn(aside).tobytes() == drawn(scene()).tobytes()


def test_three_copies_stand_side_by_side() -> None:
    image = drawn(scene(copies="3"), 192, 96)
    red = ((image[..., 0] > 0.55) & (image[..., 1] < 0.3)).any(0)
    starts = np.flatnonzero(np.diff(red.astype(int)) == 1)
    assert len(starts) == 3


def test_mirroring_swaps_left_and_right() -> None:
    plain, mirrored = drawn(scene()), drawn(scene(first_mirrored="yes"))
    assert plain[48, 35, 0] < plain[48, 60, 0]
    assert mirrored[48, 35, 0] > mirrored[48, 60, 0]


@pytest.mark.parametrize("color", list(RAMPS))
@pytest.mark.parametrize("sprite", [RED, GRAY], ids=["red", "gray"])
def test_a_recolored_sprite_has_the_color_and_keeps_its_shading(
    color: str, sprite: np.ndarray
) -> None:
    tinted = recolor(sprite, color)
    inside = sprite[..., 3] > 0.5
    middle = np.array(RAMPS[color][1]) / 255
    assert np.abs(tinted[inside][:, :3].mean(0) - middle).max() < 0.22
    assert tinted[48, 30, :3].sum() < tinted[48, 60, :3].sum()
    np.testing.assert_array_equal(tinted[..., 3], sprite[..., 3])


def test_a_sprite_that_has_the_color_is_unchanged() -> None:
    apple = RED.copy()
    apple[:20, :, :3] = np.array([0.2, 0.7, 0.2], np.float32) * apple[:20, :, 3:]
    assert recolor(apple, "red") is apple
    assert recolor(apple, "blue") is not apple


def test_no_color_leaves_a_sprite_unchanged() -> None:
    assert recolor(RED, "none") is RED


def test_an_empty_sprite_stays_empty() -> None:
    nothing = np.zeros((32, 32, 4), np.float32)
    assert not recolor(nothing, "blue").any()
    assert not smoothed(nothing).any()
    assert isinstance(compose(scene(place="beach"), nothing, nothing, 64, 64), Image.Image)


def test_smoothing_flattens_mottling_and_keeps_edges() -> None:
    random = np.random.default_rng(0)
    mottled = RED.copy()
    mottled[..., :3] += random.normal(0, 0.03, (96, 96, 3)) * RED[..., 3:]
    clean = smoothed(np.clip(mottled, 0, 1).astype(np.float32))
    assert clean[40:56, 60:76, 1].std() < 0.5 * mottled[40:56, 60:76, 1].std()
    assert clean[48, 60, 0] - clean[48, 35, 0] > 0.2
    assert np.abs(clean[..., 3] - mottled[..., 3]).mean() < 0.02


def test_smoothing_evens_a_ragged_outline() -> None:
    ragged = RED.copy()
    ragged[::2, 8:12] = 0
    outline = smoothed(ragged)[30:66, 8:14, 3]
    assert outline.std(0).mean() < 0.85 * ragged[30:66, 8:14, 3].std(0).mean()
