"""The built-in model draws what a prompt names as a whole, not a longer name with that word."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import (
    Names,
    SpriteNames,
    WholeNames,
)
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.interface import SamplingParameters

NAMES = Names(
    ["dog", "hot dog", "guide dog", "dog face", "cat", "black cat", "red apple", "car"],
    {"狗": "dog", "热狗": "hot dog"},
)


@pytest.mark.parametrize(
    ("prompt", "mentioned", "rivals"),
    [
        ("a dog", {"dog"}, {"hot dog", "guide dog"}),
        ("a cat and a dog", {"cat", "dog"}, {"black cat", "hot dog", "guide dog"}),
        ("a hot dog", {"hot dog"}, set()),
        ("a hot dog and a dog", {"hot dog", "dog"}, {"guide dog"}),
        ("two dogs", set(), {"hot dog", "guide dog"}),
        ("a red apple and a car", {"red apple", "car"}, set()),
        ("狗", {"dog"}, {"hot dog"}),
        ("热狗", {"hot dog"}, set()),
        ("a face", set(), {"dog face"}),
        ("", set(), set()),
    ],
)
def test_rivals_are_longer_names_that_end_with_a_word(
    prompt: str, mentioned: set[str], rivals: set[str]
) -> None:
    assert NAMES.of(prompt.split()) == WholeNames(frozenset(mentioned), frozenset(rivals))


@pytest.mark.parametrize(
    ("candidates", "best"),
    [
        (["dog", "hot dog"], 0),
        (["hot dog", "", "dog face", "dog"], 3),
        (["hot dog", "cat", "dog face"], 2),
        (["hot dog", "guide dog", "cat"], 2),
        (["hot dog", "hot dog"], 0),
    ],
)
def test_the_mentioned_name_is_best_and_a_rival_is_worst(candidates: list[str], best: int) -> None:
    assert NAMES.of(["dog"]).best(candidates) == best


@pytest.mark.parametrize(
    ("words", "name", "fits"),
    [
        ("dog", "dog", True),
        ("dog", "dog face", True),
        ("dog", "hot dog", False),
        ("dog", "cat", False),
        ("hot dog", "dog", False),
        ("puppy", "dog face", True),
    ],
)
def test_a_sprite_fits_if_its_name_is_related(words: str, name: str, fits: bool) -> None:
    assert NAMES.of(words.split()).fits(name) == fits


@functools.cache
def model() -> tuple[BuiltinPipeline, SpriteNames]:
    return BuiltinPipeline.load(), SpriteNames(Weights())


def drawn(prompt: str, seed: int) -> list[str]:
    """Return the names of the objects that the model draws, in the prompt's order."""
    pipeline, names = model()
    parameters = SamplingParameters(64, 64, 8, 2.5, seed)
    conditioning = pipeline.encode_text(prompt, "")
    sample = pipeline.denoise(conditioning, parameters, lambda step: None, lambda: False).layers
    two = layers.from_vector(sample.scene).choice["second"] == "present"
    return names.of(sample.sprites[: 2 if two else 1])


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("prompt", "first", "second"),
    [
        ("a cat and a dog", {"cat", "cat face"}, {"dog", "dog face"}),
        ("a dog next to a cat", {"dog", "dog face"}, {"cat", "cat face"}),
        ("a fox and a car", {"fox"}, {"automobile"}),
        ("a bear and a bus", {"bear"}, {"bus"}),
        ("a cow and a horse", {"cow", "cow face"}, {"horse", "horse face"}),
        ("a bird and a rabbit", {"bird"}, {"rabbit", "rabbit face"}),
        ("a bear and a drum", {"bear"}, {"drum"}),
        ("猫和狗", {"cat", "cat face"}, {"dog", "dog face"}),
        ("a star and a teddy bear", {"star"}, {"teddy bear"}),
    ],
)
def test_two_objects_are_the_two_that_the_prompt_names(
    prompt: str, seed: int, first: set[str], second: set[str]
) -> None:
    one, other = drawn(prompt, seed)
    assert one in first
    assert other in second


def test_a_prompt_without_names_keeps_its_noise() -> None:
    pipeline, _ = model()
    assert not pipeline.encode_text("something at noon", "").names


def test_a_code_that_resembles_no_drawing_has_no_name() -> None:
    noise = np.random.default_rng(1).standard_normal((3, layers.CODE)).astype(np.float32)
    assert model()[1].of(noise) == ["", "", ""]
