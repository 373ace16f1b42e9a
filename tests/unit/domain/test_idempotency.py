"""A fingerprint tells two requests apart, and never one from itself."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from genai_studio.domain.idempotency import fingerprint
from genai_studio.domain.request import ImageRequestInput

WISH = ImageRequestInput(
    prompt="a red apple",
    negative_prompt="blurry",
    model="builtin",
    width=64,
    height=64,
    steps=8,
    guidance_scale=3.0,
    seed=7,
    count=1,
    style="ink",
    parent_id="01a20993-8632-7418-8a8f-60af84c19624",
)

OTHERS: dict[str, Any] = {
    "prompt": "a red apple ",
    "negative_prompt": "",
    "model": "other",
    "width": 72,
    "height": 72,
    "steps": 9,
    "guidance_scale": 3.5,
    "seed": 8,
    "count": 2,
    "style": "oil",
    "parent_id": None,
}


def test_the_same_wish_has_the_same_fingerprint() -> None:
    assert fingerprint(WISH) == fingerprint(replace(WISH))


@pytest.mark.parametrize("name", [field.name for field in fields(ImageRequestInput)])
def test_every_field_counts(name: str) -> None:
    assert fingerprint(replace(WISH, **{name: OTHERS[name]})) != fingerprint(WISH)


def test_leaving_a_choice_open_is_another_wish_than_making_it() -> None:
    assert fingerprint(replace(WISH, seed=None)) != fingerprint(replace(WISH, seed=0))
    assert fingerprint(replace(WISH, style=None)) != fingerprint(replace(WISH, style="None"))


def test_it_is_the_same_in_every_release() -> None:
    """Keys are kept over upgrades: a change here makes conflicts of honest retries."""
    assert fingerprint(ImageRequestInput(prompt="一只红苹果")) == (
        "46f4d58e90f172423fbac3dd916fd21d9f5b69d8fb8a4abe7e6e6e874bef577a"
    )


def test_no_text_can_pretend_to_be_two_fields() -> None:
    one = ImageRequestInput(prompt='a","negative_prompt":"b', negative_prompt=None)
    other = ImageRequestInput(prompt="a", negative_prompt="b")

    assert fingerprint(one) != fingerprint(other)
