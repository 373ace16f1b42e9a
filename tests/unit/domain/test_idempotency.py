"""Fingerprints of requests."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from genai_studio.domain.editing.edit import Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.idempotency import fingerprint
from genai_studio.domain.request import ImageRequestInput

INPUT = ImageRequestInput(
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
    "operation": Operation.INPAINT,
    "source_image_id": "01a20993-8632-7418-8a8f-60af84c19624/0",
    "source_upload_id": "01a20993-8632-7418-8a8f-60af84c19624",
    "mask_upload_id": "01a20993-8632-7418-8a8f-60af84c19624",
    "strength": 0.5,
    "mask_feather": 0,
    "outpaint": Margins(left=1),
    "upscale_factor": 2,
}


def test_equal_input_has_the_same_fingerprint() -> None:
    assert fingerprint(INPUT) == fingerprint(replace(INPUT))


@pytest.mark.parametrize("name", [field.name for field in fields(ImageRequestInput)])
def test_every_field_changes_the_fingerprint(name: str) -> None:
    assert fingerprint(replace(INPUT, **{name: OTHERS[name]})) != fingerprint(INPUT)


def test_an_omitted_field_differs_from_its_default() -> None:
    assert fingerprint(replace(INPUT, seed=None)) != fingerprint(replace(INPUT, seed=0))
    assert fingerprint(replace(INPUT, style=None)) != fingerprint(replace(INPUT, style="None"))


def test_naming_the_default_operation_changes_nothing() -> None:
    named = replace(INPUT, operation=Operation.TEXT_TO_IMAGE)
    assert fingerprint(named) == fingerprint(INPUT)


def test_every_margin_changes_the_fingerprint() -> None:
    margins = [Margins(**{side: 8}) for side in ("left", "right", "top", "bottom")]
    assert len({fingerprint(replace(INPUT, outpaint=one)) for one in margins}) == 4


def test_the_fingerprint_is_stable_across_releases() -> None:
    """Stored keys outlive upgrades. A different fingerprint would turn retries into conflicts."""
    assert fingerprint(ImageRequestInput(prompt="一只红苹果")) == (
        "46f4d58e90f172423fbac3dd916fd21d9f5b69d8fb8a4abe7e6e6e874bef577a"
    )


def test_field_boundaries_are_unambiguous() -> None:
    one = ImageRequestInput(prompt='a","negative_prompt":"b', negative_prompt=None)
    other = ImageRequestInput(prompt="a", negative_prompt="b")

    assert fingerprint(one) != fingerprint(other)
