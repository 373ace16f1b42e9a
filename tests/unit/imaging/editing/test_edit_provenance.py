"""The text chunks of an edited image name the operation and its parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from genai_studio.domain.editing.edit import Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.imaging.encode_image import encode_image
from tests.builders import a_generation
from tests.unit.imaging.editing.test_exactness import an_edit, generated
from tests.unit.imaging.pngs import texts
from tests.unit.imaging.test_provenance import parse_as_automatic1111

SOURCE = {"sourceImageId": "a/0"}


@pytest.mark.parametrize(
    ("operation", "fields", "expected", "automatic1111"),
    [
        (
            Operation.IMAGE_TO_IMAGE,
            {"strength": 0.5},
            {"strength": 0.5},
            {"Denoising strength": "0.5"},
        ),
        (
            Operation.OUTPAINT,
            {"outpaint": Margins(left=8), "mask_feather": 3},
            {
                "strength": 1.0,
                "maskFeather": 3,
                "outpaint": {"left": 8, "right": 0, "top": 0, "bottom": 0},
            },
            {"Denoising strength": "1", "Mask blur": "3"},
        ),
        (
            Operation.UPSCALE,
            {"upscale_factor": 2},
            {"upscaleFactor": 2},
            {"Postprocess upscale by": "2"},
        ),
    ],
)
def test_an_edit_is_described(
    operation: Operation,
    fields: dict[str, Any],
    expected: dict[str, Any],
    automatic1111: dict[str, str],
) -> None:
    request, kept = an_edit(operation, (64, 64), **fields)
    png = encode_image(generated(request), a_generation(request=request), 0, kept).png

    written = texts(png)
    content = json.loads(written["genai_studio"])
    expected |= {"operation": operation, **SOURCE}
    assert {name: content[name] for name in expected} == expected
    assert (content["width"], content["height"]) == (request.width, request.height)
    assert parse_as_automatic1111(written["parameters"]).items() >= automatic1111.items()


def test_an_inpaint_names_its_mask() -> None:
    request, kept = an_edit(Operation.INPAINT, (64, 64), (8, 8, 16, 16))
    png = encode_image(generated(request), a_generation(request=request), 0, kept).png

    content = json.loads(texts(png)["genai_studio"])
    assert content["maskUploadId"] == "m"
    assert (content["strength"], content["maskFeather"]) == (0.85, 4)


def test_a_new_image_has_no_fields_of_an_edit() -> None:
    request, _ = an_edit(Operation.UPSCALE, (64, 64))
    image = generated(request)
    content = json.loads(texts(encode_image(image, a_generation(), 0).png)["genai_studio"])

    assert content.keys().isdisjoint({"operation", "strength", "sourceImageId", "outpaint"})
