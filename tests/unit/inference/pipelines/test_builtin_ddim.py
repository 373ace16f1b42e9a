"""The DDIM sampler of the built-in model."""

from __future__ import annotations

import numpy as np
import pytest

from genai_studio.inference.pipelines.builtin.model import ddim
from genai_studio.inference.pipelines.builtin.scene.layers import CHOICES, SCENE


def target(value: float) -> ddim.Sample:
    pattern = np.where(np.arange(16) % 2, value, -value).astype(np.float32)
    return ddim.Sample(np.tile(pattern, (2, 1)), np.full(SCENE, value / 2, np.float32))


def noise(seed: int = 0) -> ddim.Sample:
    return ddim.start(np.random.default_rng(seed), (2, 16), SCENE)


@pytest.mark.parametrize("steps", [1, 2, 20])
def test_a_perfect_prediction_is_reached_with_any_number_of_steps(steps: int) -> None:
    expected = target(1.0)
    *_, last = ddim.sample(lambda noisy, level: (expected, expected), noise(), steps, 1.0)
    np.testing.assert_allclose(last.sprites, expected.sprites)
    np.testing.assert_allclose(last.scene, expected.scene)


def test_noise_decreases_with_each_step() -> None:
    levels: list[float] = []

    def predict(noisy: ddim.Sample, level: float) -> tuple[ddim.Sample, ddim.Sample]:
        levels.append(level)
        return target(1.0), target(1.0)

    assert len(list(ddim.sample(predict, noise(), 8, 1.0))) == 8
    assert levels == sorted(levels)


def test_network_inputs_have_unit_variance_at_every_level() -> None:
    random = np.random.default_rng(0)
    clean = ddim.Sample(
        random.standard_normal((2, 4000), np.float32), random.standard_normal(SCENE, np.float32)
    )
    seen: list[float] = []

    def predict(noisy: ddim.Sample, level: float) -> tuple[ddim.Sample, ddim.Sample]:
        seen.append(float(noisy.sprites.std()))
        return clean, clean

    list(ddim.sample(predict, ddim.start(random, (2, 4000), SCENE), 10, 1.0))
    assert seen == pytest.approx([1.0] * 10, abs=0.05)


def test_without_guidance_the_negative_prompt_has_no_effect() -> None:
    positive, negative = target(1.0).sprites, target(-1.0).sprites
    assert ddim.guided_codes(positive, negative, 1.0) is positive
    assert ddim.guided_codes(positive, negative, 0.0) is positive


def test_guidance_points_away_from_the_negative_prompt() -> None:
    positive = np.array([[1.0, 0.0, -1.0]], np.float32)
    negative = np.array([[0.0, 1.0, -1.0]], np.float32)
    guided = ddim.guided_codes(positive, negative, 3.0)
    assert guided[0, 1] < positive[0, 1]


def test_strong_guidance_keeps_most_of_the_spread() -> None:
    random = np.random.default_rng(1)
    positive, negative = random.standard_normal((2, 1, 160), np.float32)
    plain = negative + 8 * (positive - negative)
    guided = ddim.guided_codes(positive, negative, 8.0)
    assert guided.std() < 0.5 * plain.std()


def test_guided_choices_stay_expectations() -> None:
    random = np.random.default_rng(2)
    positive, negative = random.uniform(-1, 1, (2, SCENE)).astype(np.float32)
    guided = ddim.guided_scene(positive, negative, 9.0)
    assert np.abs(guided[:CHOICES]).max() <= 1
    np.testing.assert_array_equal(guided[CHOICES:], positive[CHOICES:])
