"""Validation applies the model's defaults and reports every invalid field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.catalog import Catalog, Range, Style
from genai_studio.domain.errors import ErrorCode, InvalidInput
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import MAX_SEED, validate
from tests.unit.domain.models import a_model

INK = Style(id="ink", name="Ink", prompt="{prompt}, ink")
CATALOG = Catalog((a_model(styles=(INK,)), a_model("large")))
INPUT = ImageRequestInput(prompt="a red apple")


def valid_request(**fields: Any) -> ImageRequest:
    requested = replace(INPUT, **fields)
    return validate(requested, CATALOG.get(requested.model), random_seed=99)


def invalid_fields(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as problems:
        valid_request(**fields)
    found = problems.value.problems
    assert all(problem.code is ErrorCode.INVALID_INPUT for problem in found)
    assert all(problem.path[0] == "input" for problem in found)
    return {problem.path[1]: problem.message for problem in found}


def test_defaults_come_from_the_model() -> None:
    assert valid_request() == ImageRequest(
        prompt="a red apple",
        negative_prompt="",
        model="builtin",
        width=64,
        height=72,
        steps=8,
        guidance_scale=3.0,
        seed=99,
        count=2,
        style=None,
    )


def test_given_values_are_kept() -> None:
    chosen: dict[str, Any] = {
        "negative_prompt": "blurry",
        "model": "builtin",
        "width": 128,
        "height": 256,
        "steps": 50,
        "guidance_scale": 0.0,
        "seed": 0,
        "count": 1,
        "style": "ink",
    }

    request = valid_request(**chosen)

    assert {name: getattr(request, name) for name in chosen} == chosen


def test_the_prompt_is_unchanged() -> None:
    assert valid_request(prompt="  Two\n lines  ").prompt == "  Two\n lines  "


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n\t\u3000"}, "prompt"),
        ({"prompt": "x" * 101}, "prompt"),
        ({"prompt": "a\x00b"}, "prompt"),
        ({"prompt": "a\ud800b"}, "prompt"),
        ({"negative_prompt": "x" * 101}, "negativePrompt"),
        ({"negative_prompt": "\x00"}, "negativePrompt"),
        ({"width": 63}, "width"),
        ({"width": 65}, "width"),
        ({"width": 520}, "width"),
        ({"width": -64}, "width"),
        ({"height": 0}, "height"),
        ({"width": 512, "height": 512}, "width"),
        ({"steps": 0}, "steps"),
        ({"steps": 51}, "steps"),
        ({"count": 0}, "count"),
        ({"count": 5}, "count"),
        ({"guidance_scale": -0.1}, "guidanceScale"),
        ({"guidance_scale": 20.1}, "guidanceScale"),
        ({"guidance_scale": float("nan")}, "guidanceScale"),
        ({"guidance_scale": float("inf")}, "guidanceScale"),
        ({"seed": -2}, "seed"),
        ({"seed": MAX_SEED + 1}, "seed"),
        ({"seed": MAX_SEED, "count": 2}, "seed"),
        ({"style": "oil"}, "style"),
        ({"style": ""}, "style"),
    ],
    ids=str,
)
def test_an_invalid_value_is_reported_for_its_field(fields: dict[str, Any], named: str) -> None:
    assert list(invalid_fields(**fields)) == [named]


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": "x" * 100},
        {"prompt": "長" * 100},
        {"prompt": "👍" * 100},
        {"width": 64, "height": 512},
        {"width": 256, "height": 256},
        {"steps": 1},
        {"count": 4},
        {"guidance_scale": 20.0},
        {"seed": MAX_SEED, "count": 1},
        {"seed": MAX_SEED - 3, "count": 4},
    ],
    ids=str,
)
def test_limits_are_inclusive(fields: dict[str, Any]) -> None:
    valid_request(**fields)


def test_all_invalid_fields_are_reported() -> None:
    found = invalid_fields(prompt="", width=1, steps=0, count=9, seed=-2, style="oil")

    assert found.keys() == {"prompt", "width", "steps", "count", "seed", "style"}


def test_a_message_states_the_accepted_values() -> None:
    found = invalid_fields(width=65, steps=99, style="oil")

    assert (
        found["width"] == "`width` must be a multiple of 8 between 64 and 512. The nearest is 64."
    )
    assert found["steps"] == "`steps` must be an integer between 1 and 50."
    assert found["style"] == "`style` must be one of: ink."


def test_a_message_names_the_limits_of_the_seed() -> None:
    assert invalid_fields(seed=2**31, count=4)["seed"] == (
        "`seed` must be an integer between 0 and 2147483644, or -1 for a random seed."
    )


@pytest.mark.parametrize("seed", [None, -1])
def test_a_seed_of_minus_one_is_random(seed: int | None) -> None:
    assert valid_request(seed=seed).seed == 99


@pytest.mark.parametrize(
    ("width", "height", "fitting"),
    [(512, 512, "256 × 256"), (512, 256, "360 × 176"), (136, 512, "128 × 496")],
)
def test_a_message_names_the_nearest_size(width: int, height: int, fitting: str) -> None:
    message = invalid_fields(width=width, height=height)["width"]

    assert "must be at most 65536 pixels" in message
    assert message.endswith(f"The nearest size that fits is {fitting}.")


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_nearest_size_is_accepted(width: int, height: int) -> None:
    try:
        validate(replace(INPUT, width=width, height=height), a_model(), random_seed=99)
    except InvalidInput as invalid:
        for problem in invalid.problems:
            _, found, fitting = problem.message.removesuffix(".").rpartition("fits is ")
            if found:
                fitting_width, fitting_height = map(int, fitting.split(" × "))
                valid_request(width=fitting_width, height=fitting_height)


@given(st.integers(-100, 700))
def test_the_nearest_value_is_accepted(value: int) -> None:
    allowed = Range(min=65, max=521, step=8)

    nearest = allowed.nearest(value)

    assert nearest in allowed
    assert all(abs(value - nearest) <= abs(value - other) for other in range(65, 522, 8))


def test_a_message_does_not_contain_the_prompt() -> None:
    assert "secret" not in str(invalid_fields(prompt="secret " * 50))


def test_a_range_that_does_not_start_at_a_multiple_is_described() -> None:
    model = a_model()
    odd = replace(model, limits=replace(model.limits, width=Range(min=65, max=129, step=8)))

    with pytest.raises(InvalidInput) as problems:
        validate(replace(INPUT, width=72), odd, random_seed=99)

    (problem,) = problems.value.problems
    expected = (
        "`width` must be an integer between 65 and 129, in steps of 8 from 65. The nearest is 73."
    )
    assert problem.message == expected


def test_a_model_without_styles_is_described() -> None:
    assert invalid_fields(model="large", style="ink") == {
        "style": "`style` is not supported by this model."
    }


@given(
    st.builds(
        ImageRequestInput,
        prompt=st.text(max_size=120),
        width=st.none() | st.integers(0, 600),
        height=st.none() | st.integers(0, 600),
        steps=st.none() | st.integers(-5, 60),
        guidance_scale=st.none() | st.floats(),
        seed=st.none() | st.integers(-10, 2**33),
        count=st.none() | st.integers(-1, 6),
        style=st.none() | st.sampled_from(["ink", "oil"]),
    )
)
def test_a_valid_request_satisfies_the_limits(requested: ImageRequestInput) -> None:
    try:
        request = validate(requested, CATALOG.get(requested.model), random_seed=99)
    except InvalidInput:
        return
    limits = CATALOG.get(request.model).limits
    assert request.width in limits.width
    assert request.height in limits.height
    assert request.width % 8 == request.height % 8 == 0
    assert limits.max_pixels is None or request.width * request.height <= limits.max_pixels
    assert request.prompt.encode()
    assert all(0 <= request.seed_of(index) <= MAX_SEED for index in range(request.count))


@pytest.mark.parametrize(
    "prompt",
    ["\u200b", "\u200d\ufeff\u2060", " \u3164 ", "\u2800", "\ufe0f", "\u00ad\u202e", "\u115f\t"],
)
def test_a_prompt_that_shows_nothing_is_empty(prompt: str) -> None:
    assert "must not be empty" in invalid_fields(prompt=prompt)["prompt"]


@pytest.mark.parametrize("prompt", ["❤️", "👩\u200d🚀", ".", "猫", "\u0915\u094d\u200d"])
def test_a_prompt_with_a_visible_character_is_accepted(prompt: str) -> None:
    assert valid_request(prompt=prompt).prompt == prompt
