"""A request becomes a request its model accepts, or every reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.catalog import Catalog, Style
from genai_studio.domain.errors import ErrorCode, InvalidInput, UnknownModel
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import MAX_SEED, validate
from tests.unit.domain.models import a_model

INK = Style(id="ink", name="Ink", prompt="{prompt}, ink")
CATALOG = Catalog((a_model(styles=(INK,)), a_model("large")))
WISH = ImageRequestInput(prompt="a red apple")


def accepted(**fields: Any) -> ImageRequest:
    return validate(replace(WISH, **fields), CATALOG, drawn_seed=99)


def refused(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidInput) as problems:
        accepted(**fields)
    found = problems.value.problems
    assert all(problem.code is ErrorCode.INVALID_INPUT for problem in found)
    assert all(problem.path[0] == "input" for problem in found)
    return {problem.path[1]: problem.message for problem in found}


def test_what_was_left_open_is_filled_in_from_the_model() -> None:
    assert accepted() == ImageRequest(
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


def test_what_was_chosen_is_kept() -> None:
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

    request = accepted(**chosen)

    assert {name: getattr(request, name) for name in chosen} == chosen


def test_a_prompt_is_kept_as_it_was_typed() -> None:
    assert accepted(prompt="  Two\n lines  ").prompt == "  Two\n lines  "


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
        ({"seed": -1}, "seed"),
        ({"seed": MAX_SEED + 1}, "seed"),
        ({"seed": MAX_SEED, "count": 2}, "seed"),
        ({"style": "oil"}, "style"),
        ({"style": ""}, "style"),
    ],
    ids=str,
)
def test_each_broken_limit_is_named_by_its_field(fields: dict[str, Any], named: str) -> None:
    assert list(refused(**fields)) == [named]


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
def test_each_limit_itself_is_allowed(fields: dict[str, Any]) -> None:
    accepted(**fields)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = refused(prompt="", width=1, steps=0, count=9, seed=-1, style="oil")

    assert found.keys() == {"prompt", "width", "steps", "count", "seed", "style"}


def test_a_message_says_what_would_be_right() -> None:
    found = refused(width=65, steps=99, style="oil")

    assert found["width"] == "A whole number from 64 to 512 in steps of 8."
    assert found["steps"] == "A whole number from 1 to 50."
    assert found["style"].endswith("it has: ink.")


def test_a_message_never_repeats_the_prompt() -> None:
    assert "secret" not in str(refused(prompt="secret " * 50))


def test_an_unknown_model_is_told_alone() -> None:
    with pytest.raises(UnknownModel):
        accepted(model="none", width=1)


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
def test_what_is_accepted_always_fits_its_model(requested: ImageRequestInput) -> None:
    try:
        request = validate(requested, CATALOG, drawn_seed=99)
    except InvalidInput:
        return
    limits = CATALOG.get(request.model).limits
    assert request.width in limits.width
    assert request.height in limits.height
    assert request.width % 8 == request.height % 8 == 0
    assert limits.max_pixels is None or request.width * request.height <= limits.max_pixels
    assert request.prompt.encode()
    assert all(0 <= request.seed_of(index) <= MAX_SEED for index in range(request.count))
