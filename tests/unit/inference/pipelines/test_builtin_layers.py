"""Encoding and decoding of the built-in model's scene vector."""

from __future__ import annotations

import numpy as np
import pytest

from genai_studio.inference.pipelines.builtin.scene import layers


def scene(**choice: str) -> layers.Scene:
    plain = {name: options[0] for name, options in layers.CATEGORIES.items()}
    return layers.Scene(
        plain | {name.replace("_", " "): value for name, value in choice.items()},
        layers.Placement(0.4, 0.6, 0.5, 3.0),
        layers.Placement(0.7, 0.5, 0.4, -5.0),
        tuple(float(number) for number in np.linspace(-1, 1, layers.DETAILS)),
    )


def test_decoding_an_encoded_scene_returns_the_scene() -> None:
    first = scene(place="beach", light="night", first_color="blue", second="present")
    read = layers.from_vector(layers.to_vector(first))
    assert read.choice == first.choice
    assert read.first.x == pytest.approx(0.4, abs=1e-5)
    assert read.second.tilt == pytest.approx(-5.0, abs=1e-4)
    assert read.details == pytest.approx(first.details, abs=1e-5)


def test_the_vector_has_its_documented_length() -> None:
    assert layers.to_vector(scene()).shape == (layers.SCENE,) == (94,)


def test_the_choice_with_the_largest_value_wins() -> None:
    vector = layers.to_vector(scene(place="snow")) * 0.1
    assert layers.from_vector(vector).choice["place"] == "snow"


def test_placements_are_clamped_to_the_image() -> None:
    vector = layers.to_vector(scene())
    vector[layers.CHOICES : layers.CHOICES + 3] = 1000
    placed = layers.from_vector(vector).first
    assert (placed.x, placed.y, placed.size) == (0.9, 0.9, 1.05)
